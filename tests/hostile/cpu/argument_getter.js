// ends: cpu_ms
await tools.kit.echo({ get value() { for (;;); } });
