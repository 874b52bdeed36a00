// ends: cpu_ms memory_bytes
let s = 'a,'.repeat(100000); for (;;) s = s.split(',').join(',');
