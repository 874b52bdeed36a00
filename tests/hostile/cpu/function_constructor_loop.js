// ends: cpu_ms memory_bytes
for (let i = 0; ; i++) new Function('return ' + i)();
