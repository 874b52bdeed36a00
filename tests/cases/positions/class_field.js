/* case
{"about": "a field's initializer"}
*/
class C {
  x = null.y;
}
new C();
/* transcript
threw: TypeError: Cannot read properties of null (reading 'y')
at: 5:12 in top level
at: 7:1 in top level
*/
