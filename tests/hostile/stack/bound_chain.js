// ends: stack_bytes memory_bytes cpu_ms returned
let f = () => 1; for (let i = 0; i < 100000; i++) f = f.bind(null); return f();
