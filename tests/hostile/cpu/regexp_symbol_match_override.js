// ends: cpu_ms memory_bytes
const r = /a/g; r.exec = () => ({ index: 0, 0: '' }); r[Symbol.match] = undefined; 'a'.replace(r, () => { for (;;); });
