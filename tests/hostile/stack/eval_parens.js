// ends: stack_bytes threw memory_bytes cpu_ms returned
return eval('('.repeat(50000) + '1' + ')'.repeat(50000));
