// ends: cpu_ms
setTimeout(() => { for (;;); }, 1); await new Promise((r) => setTimeout(r, 50));
