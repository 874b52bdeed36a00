// ends: memory_bytes threw
return new Uint8Array(2 ** 31);
