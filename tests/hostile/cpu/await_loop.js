// ends: cpu_ms
for (;;) await null;
