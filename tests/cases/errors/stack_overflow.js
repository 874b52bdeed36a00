/* case
{"about": "endless recursion is a typed end"}
*/
function f() { return f() + 1; }
return f();
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
