// ends: cpu_ms
while (true) {}
