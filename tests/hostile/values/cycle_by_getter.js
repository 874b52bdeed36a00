// ends: json_depth threw stack_bytes
const o = { get o() { return o; } }; return o;
