// ends: cpu_ms
JSON.parse('[1]', () => { for (;;); });
