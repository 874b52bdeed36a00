// ends: stack_bytes threw memory_bytes cpu_ms returned
return eval('['.repeat(100000) + ']'.repeat(100000));
