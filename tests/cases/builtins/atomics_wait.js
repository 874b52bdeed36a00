/* case
{"about": "nobody can wake the only thread there is, so waiting is refused or ends"}
*/
const a = new Int32Array(new SharedArrayBuffer(4));
try { return Atomics.wait(a, 0, 0, 50); } catch (e) { return e.name; }
/* transcript
returned: "TypeError"
*/
