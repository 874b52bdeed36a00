/* case
{"about": "a method of undefined in a chain over lines"}
*/
const p = { a: () => undefined };
return p
  .a()
  .b()
  .c();
/* transcript
threw: TypeError: Cannot read properties of undefined (reading 'b')
at: 7:4 in top level
*/
