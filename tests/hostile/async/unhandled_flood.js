// ends: returned memory_bytes cpu_ms
for (let i = 0; i < 20000; i++) Promise.reject(new Error('r' + i)); return 1;
