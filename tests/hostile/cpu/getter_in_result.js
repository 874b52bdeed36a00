// ends: cpu_ms
return { get x() { for (;;); } };
