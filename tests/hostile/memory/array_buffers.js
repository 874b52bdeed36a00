// ends: memory_bytes threw
const a = []; for (;;) a.push(new ArrayBuffer(1e6));
