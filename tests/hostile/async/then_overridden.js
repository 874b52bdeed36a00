// ends: deadlock returned threw
Promise.prototype.then = function () {}; return await tools.kit.echo({ value: 1 });
