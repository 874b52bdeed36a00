// ends: stack_bytes
const f = () => Reflect.apply(f, null, []); f();
