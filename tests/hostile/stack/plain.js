// ends: stack_bytes
function f() { return f() + 1; } f();
