// ends: cpu_ms memory_bytes threw
return Array.prototype.fill.call({ length: 2 ** 53 - 1 }, 0);
