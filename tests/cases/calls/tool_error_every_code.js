/* case
{}
*/
const out = [];
for (const code of ['invalid_arguments', 'invalid_result', 'tool_failed', 'timeout', 'unreachable', 'server_died', 'protocol', 'cancelled']) {
  try { await tools.kit.fail({ code, message: code }); } catch (e) { out.push([e.code, e.retryable]); }
}
return out;
/* transcript
returned: [["invalid_arguments",false],["invalid_result",false],["tool_failed",false],["timeout",true],["unreachable",true],["server_died",false],["protocol",false],["cancelled",false]]
call: 0 kit.fail({"code":"invalid_arguments","message":"invalid_arguments"}) failed, invalid_arguments: invalid_arguments
call: 1 kit.fail({"code":"invalid_result","message":"invalid_result"}) failed, invalid_result: invalid_result
call: 2 kit.fail({"code":"tool_failed","message":"tool_failed"}) failed, tool_failed: tool_failed
call: 3 kit.fail({"code":"timeout","message":"timeout"}) failed, timeout: timeout
call: 4 kit.fail({"code":"unreachable","message":"unreachable"}) failed, unreachable: unreachable
call: 5 kit.fail({"code":"server_died","message":"server_died"}) failed, server_died: server_died
call: 6 kit.fail({"code":"protocol","message":"protocol"}) failed, protocol: protocol
call: 7 kit.fail({"code":"cancelled","message":"cancelled"}) failed, cancelled: cancelled
*/
