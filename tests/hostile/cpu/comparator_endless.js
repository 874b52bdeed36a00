// ends: cpu_ms
[3, 2, 1].sort(() => { for (;;); });
