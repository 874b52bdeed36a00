/* case
{}
*/
ToolError.prototype.code = 'x';
Error.prototype.name = 'Hacked';
globalThis.ToolError = null;
try { await tools.kit.fail({ message: 'm' }); } catch (e) { return [e.code, e.message]; }
