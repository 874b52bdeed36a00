// ends: stack_bytes threw returned memory_bytes
let a = []; for (let i = 0; i < 200000; i++) a = [a]; return a.flat(Infinity).length;
