/* case
{"about": "endless recursion is a typed end"}
*/
function f() { return f() + 1; }
return f();
