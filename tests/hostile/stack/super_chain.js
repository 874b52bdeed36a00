// ends: stack_bytes memory_bytes cpu_ms returned threw
let C = class {}; for (let i = 0; i < 20000; i++) C = class extends C {}; new C(); return 1;
