// ends: memory_bytes threw cpu_ms
let a = [1, 2, 3]; for (;;) a = a.concat(a);
