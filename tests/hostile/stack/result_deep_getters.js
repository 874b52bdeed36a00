// ends: json_depth threw stack_bytes
const f = (n) => ({ get x() { return f(n + 1); } }); return f(0);
