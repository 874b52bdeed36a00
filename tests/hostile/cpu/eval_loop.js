// ends: cpu_ms memory_bytes
for (let i = 0; ; i++) eval('1 + ' + i);
