// ends: cpu_ms
return new Proxy({}, { ownKeys() { for (;;); } });
