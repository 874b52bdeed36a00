// ends: cpu_ms memory_bytes
const again = () => Promise.resolve().then(again); again(); await new Promise(() => {});
