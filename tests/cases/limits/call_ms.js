/* case
{"limits": {"tool_call_ms_max": 30}}
*/
await tools.kit.never({});
/* transcript
threw: ToolError: `kit.never` did not answer within 30 ms [timeout]
at: 4:17 in top level
call: 0 kit.never({}) failed, timeout: `kit.never` did not answer within 30 ms
*/
