// ends: memory_bytes cpu_ms threw
const a = []; for (;;) a.push(new WeakRef({ big: new Array(1000).fill(1) }));
