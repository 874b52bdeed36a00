/* case
{}
*/
return tools.kit.fail({ message: 'chained' })
  .then((r) => r.x);
/* transcript
threw: ToolError: chained [tool_failed]
at: 4:18 in top level
call: 0 kit.fail({"message":"chained"}) failed, tool_failed: chained
*/
