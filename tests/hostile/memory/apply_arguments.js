// ends: memory_bytes threw stack_bytes cpu_ms
return Math.max.apply(null, { length: 100000000 });
