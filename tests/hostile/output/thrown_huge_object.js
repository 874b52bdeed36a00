// ends: threw memory_bytes cpu_ms
throw { rows: Array.from({ length: 50000 }, (_, i) => ({ i })) };
