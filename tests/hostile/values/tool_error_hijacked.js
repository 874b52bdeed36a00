// ends: threw returned
Object.defineProperty(ToolError.prototype, 'constructor', { get() { throw 1; } });
Object.setPrototypeOf(ToolError.prototype, null);
await tools.kit.fail({ message: 'x' });
