// ends: memory_bytes threw cpu_ms
let s = 'x'; for (;;) s += s;
