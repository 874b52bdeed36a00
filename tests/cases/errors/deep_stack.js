/* case
{"about": "a long stack is cut, innermost first"}
*/
function f(n) {
  if (n === 0) throw new Error('bottom');
  return f(n - 1) + 1;
}
f(40);
/* transcript
threw: Error: bottom
at: 5:22 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
at: 6:10 in f
*/
