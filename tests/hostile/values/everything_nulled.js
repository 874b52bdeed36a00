// ends: returned threw
for (const k of Object.getOwnPropertyNames(globalThis)) { try { globalThis[k] = null; } catch {} }
return await tools.kit.echo({ value: [1] });
