// ends: memory_bytes threw cpu_ms
const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);
