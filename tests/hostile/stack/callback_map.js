// ends: stack_bytes
const f = () => [1].map(f); f();
