// ends: cpu_ms json_depth memory_bytes stack_bytes threw
const make = () => ({ get next() { return make(); } }); return make();
