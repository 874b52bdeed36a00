// ends: cpu_ms memory_bytes threw
return Array.prototype.join.call({ length: 2 ** 53 - 1 }, '');
