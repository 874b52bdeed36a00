// ends: memory_bytes cpu_ms
const m = new Map(); for (let i = 0; ; i++) m.set(i, {});
