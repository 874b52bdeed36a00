// ends: cpu_ms
new Float64Array(100).sort(() => { for (;;); });
