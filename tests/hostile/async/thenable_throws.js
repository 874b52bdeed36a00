// ends: threw
await { then() { throw new Error('then'); } };
