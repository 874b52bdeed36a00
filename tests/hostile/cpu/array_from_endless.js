// ends: cpu_ms memory_bytes
return Array.from({ [Symbol.iterator]() { return { next: () => ({ value: 1, done: false }) }; } });
