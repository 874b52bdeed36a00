// ends: wall_ms cpu_ms memory_bytes
const again = () => { setTimeout(again, 0); setTimeout(again, 0); }; again(); await new Promise(() => {});
