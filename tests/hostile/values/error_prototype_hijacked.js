// ends: threw returned
Object.defineProperty(Error.prototype, 'stack', { get() { throw new Error('hijacked'); } });
Error.prepareStackTrace = () => { throw 1; };
throw new Error('plain');
