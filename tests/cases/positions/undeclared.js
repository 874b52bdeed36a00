/* case
{"about": "an undeclared variable in a long expression"}
*/
return 5 +
  nope;
/* transcript
threw: ReferenceError: nope is not defined
at: 5:3 in top level
*/
