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
/* transcript
threw: RangeError: inner 5
at: 6:11 in inner
at: 10:3 in outer
at: 12:1 in top level
*/
