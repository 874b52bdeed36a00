// ends: cpu_ms returned
return /^(?=(a+)+$)b/.test('a'.repeat(40) + '!');
