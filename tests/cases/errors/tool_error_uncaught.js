/* case
{}
*/
const a = 1;
await tools.kit.fail({ message: 'no such city', data: { city: 'X' } });
/* transcript
threw: ToolError: no such city [tool_failed]
at: 5:17 in top level
call: 0 kit.fail({"message":"no such city","data":{"city":"X"}}) failed, tool_failed: no such city
*/
