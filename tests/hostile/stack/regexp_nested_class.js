// ends: stack_bytes threw memory_bytes cpu_ms returned
return new RegExp('(?:a|'.repeat(50000) + 'b' + ')'.repeat(50000)).test('b');
