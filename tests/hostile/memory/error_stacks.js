// ends: memory_bytes cpu_ms
const a = []; for (;;) a.push(new Error('x'.repeat(10000)));
