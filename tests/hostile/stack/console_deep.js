// ends: returned stack_bytes
let a = []; for (let i = 0; i < 100000; i++) a = [a]; console.log(a); return 1;
