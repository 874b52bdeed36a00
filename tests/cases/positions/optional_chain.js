/* case
{"about": "a link of an optional chain"}
*/
const o = {};
return o?.a
  .b
  .c;
/* transcript
threw: TypeError: Cannot read properties of undefined (reading 'b')
at: 6:4 in top level
*/
