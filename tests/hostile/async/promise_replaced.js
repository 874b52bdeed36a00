// ends: returned
globalThis.Promise = null; return await tools.kit.echo({ value: 1 });
