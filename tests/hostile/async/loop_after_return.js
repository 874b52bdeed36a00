// ends: returned cpu_ms
Promise.resolve().then(() => tools.kit.echo({ value: 1 })).then(() => { for (;;); }); return 'done';
