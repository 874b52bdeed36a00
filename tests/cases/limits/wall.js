/* case
{"limits": {"wall_ms_max": 1000, "tool_call_ms_max": 10000}}
*/
await tools.kit.never({});
/* transcript
stopped: limit `wall_ms` of 1000 reached
call: 0 kit.never({}) unknown: sent, and no answer came; it may have taken effect
*/
