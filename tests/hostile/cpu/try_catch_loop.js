// ends: cpu_ms
for (;;) { try { throw 1; } catch {} }
