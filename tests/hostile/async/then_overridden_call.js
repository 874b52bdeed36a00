// ends: returned threw deadlock
Promise.prototype.then = function () { throw new Error('hijacked'); }; const v = await tools.kit.echo({ value: 1 }); return v;
