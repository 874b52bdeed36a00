/* case
{}
*/
const out = [];
for (const code of ['invalid_arguments', 'invalid_result', 'tool_failed', 'timeout', 'unreachable', 'server_died', 'protocol', 'cancelled']) {
  try { await tools.kit.fail({ code, message: code }); } catch (e) { out.push([e.code, e.retryable]); }
}
return out;
