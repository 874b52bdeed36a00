// ends: stack_bytes threw
const f = () => eval('f()'); f();
