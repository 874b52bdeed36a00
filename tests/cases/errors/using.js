/* case
{"about": "the engine cannot have `using` in a function, so it is refused before it runs"}
*/
function f() { using x = { [Symbol.dispose]() {} }; return 1; }
return f();
/* transcript
rejected: unsupported at 4:16: `using` is not supported
hint: Use `const`, and a `finally` block for what must be done at the end.
*/
