// ends: memory_bytes cpu_ms result_bytes tool_calls
const keep = []; for (;;) keep.push(await tools.kit.big({ bytes: 10000000 }));
