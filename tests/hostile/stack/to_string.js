// ends: stack_bytes
const o = { toString() { return '' + this; } }; '' + o;
