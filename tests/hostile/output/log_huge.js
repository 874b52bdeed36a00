// ends: log_bytes memory_bytes
console.log('x'.repeat(10000000)); return 1;
