// ends: deadlock
await { then() {} };
