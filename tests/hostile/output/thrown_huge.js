// ends: threw memory_bytes cpu_ms
throw 'x'.repeat(5000000);
