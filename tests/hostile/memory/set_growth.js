// ends: memory_bytes cpu_ms
const m = new Set(); for (let i = 0; ; i++) m.add('k' + i);
