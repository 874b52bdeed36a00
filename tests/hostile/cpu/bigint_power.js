// ends: cpu_ms memory_bytes threw
let x = 3n; for (;;) x = x * x;
