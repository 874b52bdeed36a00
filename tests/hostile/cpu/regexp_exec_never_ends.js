// ends: cpu_ms memory_bytes threw
const r = /a/g; r.exec = () => ['a']; return 'a'.match(r);
