// ends: cpu_ms memory_bytes stack_bytes threw returned
return eval('var ' + Array.from({ length: 50000 }, (_, i) => 'a' + i).join(',') + ';1');
