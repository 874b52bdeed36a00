// ends: cpu_ms returned threw
return Number('1' + '0'.repeat(2000000) + 'e-2000000');
