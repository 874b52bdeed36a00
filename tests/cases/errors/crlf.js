/* case
{"about": "CRLF counts as one line break"}
*/
const a = 1;
const b = 2;

function f() {
  throw new Error('crlf');
}
f();
/* transcript
threw: Error: crlf
at: 8:9 in f
at: 10:1 in top level
*/
