// ends: threw returned deadlock
return await Atomics.waitAsync(new Int32Array(new SharedArrayBuffer(4)), 0, 0).value;
