// ends: memory_bytes threw
return 'x'.repeat(2 ** 30);
