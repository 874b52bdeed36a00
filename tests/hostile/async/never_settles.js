// ends: deadlock
await new Promise(() => {});
