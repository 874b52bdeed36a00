/* case
{"about": "a long stack is cut, innermost first"}
*/
function f(n) {
  if (n === 0) throw new Error('bottom');
  return f(n - 1) + 1;
}
f(40);
