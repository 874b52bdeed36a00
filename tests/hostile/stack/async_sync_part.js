// ends: stack_bytes
async function f() { await f(); } await f();
