/* case
{}
*/
function f() { return new Error('s').stack; }
return typeof f();
/* transcript
returned: "string"
*/
