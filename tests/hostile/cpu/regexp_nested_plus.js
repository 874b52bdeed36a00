// ends: cpu_ms
return /^(a+)+$/.test('a'.repeat(40) + 'b');
