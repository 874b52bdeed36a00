/* case
{}
*/
await Promise.any([tools.kit.fail({ message: 'one' }), tools.kit.fail({ message: 'two' })]);
/* transcript
threw: AggregateError:  [ToolError: one; ToolError: two]
at: 4:15 in top level
call: 0 kit.fail({"message":"one"}) failed, tool_failed: one
call: 1 kit.fail({"message":"two"}) failed, tool_failed: two
*/
/* transcript boa
threw: AggregateError: no promise in Promise.any was fulfilled. [ToolError: one; ToolError: two]
at: 4:30 in top level
call: 0 kit.fail({"message":"one"}) failed, tool_failed: one
call: 1 kit.fail({"message":"two"}) failed, tool_failed: two
*/
