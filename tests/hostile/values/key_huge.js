// ends: returned memory_bytes
return { ['k'.repeat(1000000)]: 1 };
