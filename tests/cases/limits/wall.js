/* case
{"limits": {"wall_ms_max": 50, "tool_call_ms_max": 10000}}
*/
await tools.kit.never({});
