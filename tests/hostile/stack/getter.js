// ends: stack_bytes
const o = { get x() { return this.x; } }; o.x;
