// ends: returned threw
Object.defineProperty(Object.prototype, 'x', { get() { throw new Error('polluted'); }, set() { throw new Error('polluted'); } });
return await tools.kit.echo({ value: { y: 1 } });
