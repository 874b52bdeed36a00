// ends: stack_bytes threw memory_bytes cpu_ms returned
return eval('(function(){'.repeat(5000) + '})'.repeat(5000));
