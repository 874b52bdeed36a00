/* case
{"about": "CRLF counts as one line break"}
*/
const a = 1;
const b = 2;

function f() {
  throw new Error('crlf');
}
f();
