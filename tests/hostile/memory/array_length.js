// ends: memory_bytes threw cpu_ms
return new Array(2 ** 32 - 1).fill(0);
