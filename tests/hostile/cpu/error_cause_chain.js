// ends: cpu_ms threw memory_bytes
let e = new Error('0'); for (let i = 0; i < 100000; i++) e = new Error(String(i), { cause: e }); throw e;
