/* case
{}
*/
try {
  await Promise.all([tools.kit.echo({ value: 1 }), tools.kit.fail({ message: 'no' })]);
} catch (e) {
  return [e.name, e.code, e.message];
}
/* transcript
returned: ["ToolError","tool_failed","no"]
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.fail({"message":"no"}) failed, tool_failed: no
*/
