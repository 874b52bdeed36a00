// ends: cpu_ms returned
const s = 'a'.repeat(200000); return s.indexOf('a'.repeat(100000) + 'b');
