// ends: returned threw
function f() { using x = { [Symbol.dispose]() {} }; return 1; }
return f();
