// ends: cpu_ms memory_bytes threw deadlock
const t = { then(r) { r(t); } }; await t;
