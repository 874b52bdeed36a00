// ends: threw memory_bytes cpu_ms
throw new AggregateError(Array.from({ length: 10000 }, (_, i) => new Error('e'.repeat(100) + i)));
