// ends: cpu_ms memory_bytes threw returned
return String(BigInt('9'.repeat(500000))).length;
