// ends: returned stack_bytes memory_bytes cpu_ms
let p = Promise.resolve(1); for (let i = 0; i < 50000; i++) { const q = p; p = new Promise((r) => r(q)); } return await p;
