// ends: tool_calls memory_bytes cpu_ms
for (let i = 0; i < 1e6; i++) tools.kit.echo({ value: i });
