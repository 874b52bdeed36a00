// ends: cpu_ms
return { toJSON() { for (;;); } };
