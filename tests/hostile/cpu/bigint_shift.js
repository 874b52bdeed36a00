// ends: memory_bytes cpu_ms threw
return 1n << 10000000000n;
