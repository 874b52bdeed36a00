// ends: stack_bytes cpu_ms memory_bytes returned
let o = {}; for (let i = 0; i < 200000; i++) o = Object.create(o); return o.x;
