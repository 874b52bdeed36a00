// ends: memory_bytes argument_bytes cpu_ms tool_calls
for (;;) tools.kit.echo({ value: 'x'.repeat(500000) });
