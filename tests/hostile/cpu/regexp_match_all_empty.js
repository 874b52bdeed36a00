// ends: cpu_ms memory_bytes
const r = /(?:)/g; for (;;) [...'x'.repeat(1000).matchAll(r)];
