/* case
{"about": "what waited for a place was not sent, and the outcome says so", "limits": {"tool_calls_at_once_max": 2, "wall_ms_max": 1000}}
*/
await Promise.all([tools.kit.never({}), tools.kit.never({}), tools.kit.echo({ value: 1 })]);
/* transcript
stopped: limit `wall_ms` of 1000 reached
call: 0 kit.never({}) unknown: sent, and no answer came; it may have taken effect
call: 1 kit.never({}) unknown: sent, and no answer came; it may have taken effect
call: 2 kit.echo({"value":1}) not sent
*/
