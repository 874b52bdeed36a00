// ends: cpu_ms memory_bytes
return [...{ [Symbol.iterator]() { return { next: () => ({ done: false }) }; } }];
