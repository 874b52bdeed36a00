// ends: memory_bytes threw
return 'x'.padStart(2 ** 30, 'y').length;
