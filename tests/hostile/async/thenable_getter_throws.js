// ends: threw
await { get then() { throw new Error('get then'); } };
