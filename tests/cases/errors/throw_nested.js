/* case
{}
*/
function inner(x) {
  if (x > 1) {
    throw new RangeError('inner ' + x);
  }
}
function outer() {
  inner(5);
}
outer();
