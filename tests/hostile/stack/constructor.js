// ends: stack_bytes
class A { constructor() { new A(); } } new A();
