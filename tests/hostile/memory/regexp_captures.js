// ends: memory_bytes cpu_ms threw stack_bytes returned
const r = new RegExp('(a)'.repeat(5000)); const out = []; for (let i = 0; ; i++) out.push(r.exec('a'.repeat(5000)));
