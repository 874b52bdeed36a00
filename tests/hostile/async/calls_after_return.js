// ends: returned tool_calls cpu_ms wall_ms
(async () => { for (;;) await tools.kit.echo({ value: 1 }); })(); return 'done';
