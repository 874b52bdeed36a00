// ends: memory_bytes cpu_ms threw
const a = Array(1000).fill('x'.repeat(1000)); let s = ''; for (;;) s = JSON.stringify([s, a]);
