/* case
{}
*/
const o = {};
o.missing.deep
/* transcript
threw: TypeError: Cannot read properties of undefined (reading 'deep')
at: 5:11 in top level
*/
