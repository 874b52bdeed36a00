// ends: cpu_ms memory_bytes
async function f() { await null; return f(); } await f();
