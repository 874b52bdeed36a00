// ends: returned threw
for (const k of Object.getOwnPropertyNames(Array.prototype)) if (typeof Array.prototype[k] === 'function') Array.prototype[k] = () => { throw new Error('hijacked'); };
return await tools.kit.echo({ value: [1] });
