/* case
{}
*/
try {
  await tools.kit.fail({ code: 'unreachable', message: 'gone', retryable: true, data: { after: 5 } });
} catch (e) {
  return { name: e.name, code: e.code, tool: e.tool, message: e.message, retryable: e.retryable, data: e.data, isToolError: e instanceof ToolError, isError: e instanceof Error, keys: Object.keys(e), text: String(e) };
}
/* transcript
returned: {"name":"ToolError","code":"unreachable","tool":"kit.fail","message":"gone","retryable":true,"data":{"after":5},"isToolError":true,"isError":true,"keys":["code","tool","retryable","data"],"text":"ToolError: gone"}
call: 0 kit.fail({"code":"unreachable","message":"gone","retryable":true,"data":{"after":5}}) failed, unreachable: gone
*/
