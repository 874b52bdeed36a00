// ends: returned log_bytes memory_bytes
console.log('%s'.repeat(10000), ...Array(10000).fill('x')); return 1;
