/* case
{}
*/
ToolError.prototype.code = 'x';
Error.prototype.name = 'Hacked';
globalThis.ToolError = null;
try { await tools.kit.fail({ message: 'm' }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["tool_failed","m"]
call: 0 kit.fail({"message":"m"}) failed, tool_failed: m
*/
