// ends: returned deadlock threw cpu_ms
Object.prototype.then = function (r) { for (;;); }; return await tools.kit.echo({ value: { a: 1 } });
