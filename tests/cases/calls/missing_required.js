/* case
{}
*/
try { await tools.kit.add({ a: 1 }); } catch (e) { return [e.name, e.code, e.tool, e.message, e.retryable]; }
