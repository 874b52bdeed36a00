/* case
{"limits": {"tool_call_ms_max": 30}}
*/
await tools.kit.never({});
