// ends: memory_bytes threw cpu_ms
const a = []; a[4294967294] = 1; return a.sort().length;
