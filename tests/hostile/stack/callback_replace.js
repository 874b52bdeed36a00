// ends: stack_bytes
const f = () => 'a'.replace('a', f); f();
