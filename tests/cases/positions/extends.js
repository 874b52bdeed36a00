/* case
{"about": "a class that extends a number"}
*/
class A
  extends 5 {}
return A;
/* transcript
threw: TypeError: parent class must be constructor
at: 5:11 in top level
*/
/* transcript boa
threw: TypeError: superclass must be a constructor
at: 5:11 in top level
*/
