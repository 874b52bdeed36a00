/* case
{"about": "a default value"}
*/
const { a = null.b } = {};
return a;
/* transcript
threw: TypeError: Cannot read properties of null (reading 'b')
at: 4:18 in top level
*/
