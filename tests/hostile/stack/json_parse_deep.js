// ends: stack_bytes threw returned memory_bytes
return JSON.stringify(JSON.parse('['.repeat(1000000) + ']'.repeat(1000000))).length;
