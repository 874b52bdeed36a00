// ends: cpu_ms returned
const e = new Error('x'); Object.defineProperty(e, 'message', { get() { for (;;); } }); Promise.reject(e); return 1;
