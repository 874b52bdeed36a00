// ends: threw returned cpu_ms memory_bytes
return new Proxy([], { get(t, k) { return k === 'length' ? 2 ** 32 - 1 : t[k]; } });
