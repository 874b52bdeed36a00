// ends: memory_bytes threw stack_bytes cpu_ms
const a = new Array(10000000).fill(1); return Math.max(...a);
