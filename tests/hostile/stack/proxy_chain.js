// ends: stack_bytes memory_bytes cpu_ms returned
let p = {}; for (let i = 0; i < 100000; i++) p = new Proxy(p, {}); return p.x;
