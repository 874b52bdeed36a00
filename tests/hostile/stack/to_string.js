// ends: stack_bytes returned
const o = { toString() { return '' + this; } }; '' + o;
