// ends: cpu_ms memory_bytes returned
let s = '\u1e9b\u0323'.repeat(100000); for (;;) s.normalize('NFKD');
