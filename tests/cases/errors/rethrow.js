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
threw: TypeError: cannot convert 'null' or 'undefined' to object
at: 5:8 in top level
log: cannot convert 'null' or 'undefined' to object
*/
