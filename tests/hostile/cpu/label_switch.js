// ends: cpu_ms
a: for (;;) switch (1) { case 1: continue a; }
