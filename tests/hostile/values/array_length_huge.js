// ends: threw returned cpu_ms memory_bytes
const a = []; a.length = 4294967295; return a;
