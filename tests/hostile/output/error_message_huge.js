// ends: threw memory_bytes cpu_ms
throw new Error('x'.repeat(5000000));
