// ends: stack_bytes threw
const f = () => tools.kit.echo({ get value() { f(); return 1; } }); f();
