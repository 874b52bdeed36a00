// ends: returned memory_bytes cpu_ms
return Object.fromEntries(Array.from({ length: 100000 }, (_, i) => ['k' + i, i]));
