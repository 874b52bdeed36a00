// ends: cpu_ms
const a = [1]; a.forEach(function f() { a.push(1); for (let i = 0; i < 1e9; i++); });
