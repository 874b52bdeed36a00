// ends: stack_bytes threw memory_bytes cpu_ms returned
return eval('-'.repeat(1) + '!'.repeat(100000) + '1');
