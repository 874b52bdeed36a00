/* case
{}
*/
try { await tools.kit.fail({ message: 'as data' }); } catch (e) { return JSON.parse(JSON.stringify(e)); }
/* transcript
returned: {"code":"tool_failed","tool":"kit.fail","retryable":false,"data":null}
call: 0 kit.fail({"message":"as data"}) failed, tool_failed: as data
*/
