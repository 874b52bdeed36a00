// ends: threw returned wall_ms cpu_ms
return Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
