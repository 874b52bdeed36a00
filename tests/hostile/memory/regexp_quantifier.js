// ends: memory_bytes cpu_ms threw stack_bytes returned
return /(?:a{1000}){1000}/.test('a'.repeat(10000));
