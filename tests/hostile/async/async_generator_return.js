// ends: returned cpu_ms
async function* g() { try { yield 1; } finally { await tools.kit.echo({ value: 2 }); } }
for await (const x of g()) return x;
