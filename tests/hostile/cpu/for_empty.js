// ends: cpu_ms
for (;;);
