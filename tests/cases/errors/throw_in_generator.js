/* case
{}
*/
function* g() {
  yield 1;
  throw new Error('generator');
}
return [...g()];
