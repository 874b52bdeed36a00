// ends: cpu_ms threw returned
return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1);
