// ends: stack_bytes threw memory_bytes cpu_ms returned
return new RegExp('('.repeat(100000) + ')'.repeat(100000)).test('');
