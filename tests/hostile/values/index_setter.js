// ends: returned threw
Object.defineProperty(Array.prototype, '0', { set() { throw new Error('hijacked'); } });
return await tools.kit.echo({ value: [1, 2] });
