// ends: returned threw
for (const k of Object.getOwnPropertyNames(globalThis)) { try { delete globalThis[k]; } catch {} }
return await tools.kit.echo({ value: 1 });
