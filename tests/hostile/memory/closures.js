// ends: memory_bytes cpu_ms
let f = () => 0; for (;;) { const g = f; const big = new Array(100).fill(1); f = () => [g, big]; }
