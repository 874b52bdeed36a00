// ends: wall_ms
await new Promise((r) => setTimeout(r, 1e15));
