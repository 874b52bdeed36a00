// ends: stack_bytes threw memory_bytes
const f = () => eval('f()'); f();
