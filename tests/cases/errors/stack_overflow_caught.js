/* case
{"about": "the stack limit cannot be caught"}
*/
let depth = 0;
function f() { depth++; f(); }
try { f(); } catch (e) { return 'caught'; }
return 'no error';
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
