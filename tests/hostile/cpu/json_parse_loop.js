// ends: cpu_ms memory_bytes
const s = JSON.stringify(Array(10000).fill({ a: [1] })); for (;;) JSON.parse(s);
