// ends: stack_bytes threw returned memory_bytes cpu_ms
let a = []; for (let i = 0; i < 200000; i++) a = [a]; return JSON.stringify(a).length;
