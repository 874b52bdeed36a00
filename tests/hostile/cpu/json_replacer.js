// ends: cpu_ms
JSON.stringify({ a: 1 }, () => { for (;;); });
