// ends: wall_ms
await Promise.allSettled([tools.kit.never({}), tools.kit.echo({ value: 1 })]);
