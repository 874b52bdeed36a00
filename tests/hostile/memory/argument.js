// ends: memory_bytes argument_bytes cpu_ms
await tools.kit.echo({ value: 'x'.repeat(30000000) });
