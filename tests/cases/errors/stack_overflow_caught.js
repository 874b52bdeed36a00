/* case
{"about": "the stack limit cannot be caught"}
*/
let depth = 0;
function f() { depth++; f(); }
try { f(); } catch (e) { return 'caught'; }
return 'no error';
