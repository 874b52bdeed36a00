// ends: memory_bytes threw
const a = []; for (;;) a.push('x'.repeat(1e6) + a.length);
