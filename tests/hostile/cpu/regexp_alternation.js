// ends: cpu_ms
return /^(a|aa)+$/.test('a'.repeat(60) + 'b');
