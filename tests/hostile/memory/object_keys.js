// ends: memory_bytes cpu_ms
const o = {}; for (let i = 0; ; i++) o['key' + i] = i;
