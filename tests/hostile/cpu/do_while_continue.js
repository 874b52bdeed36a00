// ends: cpu_ms
do { continue; } while (1);
