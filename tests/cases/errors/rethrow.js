/* case
{}
*/
try {
  null.x;
} catch (e) {
  console.log(e.message);
  throw e;
}
