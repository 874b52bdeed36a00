// ends: returned threw
for (const k of ['id', 'server', 'tool', 'arguments', 'value', 'code', 'message', 'then']) Object.defineProperty(Object.prototype, k, { set() { throw new Error('hijacked ' + k); }, get() { return undefined; }, configurable: true });
return await tools.kit.echo({ value: { y: 1 } });
