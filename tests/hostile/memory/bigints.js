// ends: memory_bytes cpu_ms threw
const a = []; for (;;) a.push(1n << 1000000n);
