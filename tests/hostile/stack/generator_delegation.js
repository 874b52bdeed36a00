// ends: stack_bytes memory_bytes cpu_ms
function* g() { yield* g(); } [...g()];
