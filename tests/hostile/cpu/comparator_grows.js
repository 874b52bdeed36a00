// ends: cpu_ms memory_bytes returned
const a = [3, 2, 1]; a.sort((x, y) => { a.push(a.length); return x - y; }); return a.length;
