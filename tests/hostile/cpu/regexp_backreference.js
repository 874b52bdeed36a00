// ends: cpu_ms returned
return /^(.*)(.*)(.*)(.*)(.*)\1\2\3\4\5x$/.test('a'.repeat(200));
