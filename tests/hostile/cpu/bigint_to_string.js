// ends: cpu_ms memory_bytes threw returned
return String(7n ** 2000000n).length;
