// ends: memory_bytes cpu_ms
for (;;) setTimeout(() => {}, 1e6);
