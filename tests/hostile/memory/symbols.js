// ends: memory_bytes cpu_ms
const a = []; for (let i = 0; ; i++) a.push(Symbol.for('s' + i));
