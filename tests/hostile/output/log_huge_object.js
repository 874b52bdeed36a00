// ends: returned log_bytes cpu_ms memory_bytes
console.log(Array.from({ length: 100000 }, (_, i) => ({ i, s: 'x'.repeat(100) }))); return 1;
