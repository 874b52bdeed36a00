// ends: memory_bytes cpu_ms
const a = []; for (;;) a.push(a.length, {}, []);
