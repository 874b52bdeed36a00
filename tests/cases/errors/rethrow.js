/* case
{}
*/
try {
  null.x;
} catch (e) {
  console.log(e.message);
  throw e;
}
/* transcript
threw: TypeError: Cannot read properties of null (reading 'x')
at: 5:8 in top level
log: Cannot read properties of null (reading 'x')
*/
