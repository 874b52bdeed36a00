// ends: returned stack_bytes memory_bytes cpu_ms
let a = {}; for (let i = 0; i < 300000; i++) a = { a }; a = null; return 1;
