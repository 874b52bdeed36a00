// ends: json_depth threw stack_bytes cpu_ms memory_bytes
const o = { toJSON() { return { o }; } }; return o;
