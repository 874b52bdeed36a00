// ends: memory_bytes cpu_ms
let o = {}; for (;;) o = { a: o, b: [o] };
