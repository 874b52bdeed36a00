// ends: stack_bytes threw memory_bytes cpu_ms returned
return eval('1' + '+1'.repeat(200000));
