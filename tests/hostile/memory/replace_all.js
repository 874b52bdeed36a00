// ends: memory_bytes threw cpu_ms
let s = 'aa'; for (;;) s = s.replaceAll('a', 'aaaaaaaaaa');
