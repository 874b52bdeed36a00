/* case
{}
*/
async function load(id) {
  const r = await tools.kit.fail({ message: 'nested ' + id });
  return r;
}
async function all() {
  return Promise.all([1, 2].map((id) => load(id)));
}
await all();
/* transcript
threw: ToolError: nested 1 [tool_failed]
at: 5:29 in load
at: 9:41 in top level
at: 9:29 in all
at: 11:7 in top level
call: 0 kit.fail({"message":"nested 1"}) failed, tool_failed: nested 1
call: 1 kit.fail({"message":"nested 2"}) failed, tool_failed: nested 2
*/
