// ends: returned threw
delete Array.prototype[Symbol.iterator];
return await tools.kit.echo({ value: [1, 2] });
