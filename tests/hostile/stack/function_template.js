// ends: stack_bytes threw memory_bytes cpu_ms returned
return new Function('return ' + '`${'.repeat(5000) + '1' + '}`'.repeat(5000))();
