// ends: memory_bytes cpu_ms returned
return Array.from({ length: 1000000 }, (_, i) => i);
