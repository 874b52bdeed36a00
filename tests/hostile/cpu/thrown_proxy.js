// ends: cpu_ms threw
throw new Proxy(new Error('x'), { get() { for (;;); }, getPrototypeOf() { for (;;); } });
