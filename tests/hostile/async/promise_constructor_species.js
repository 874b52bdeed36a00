// ends: returned threw
Promise.prototype.constructor = null; return await tools.kit.echo({ value: 1 });
