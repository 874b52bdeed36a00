// ends: cpu_ms returned
for (let i = 0; ; i++) Date.parse('9'.repeat(10000) + i);
