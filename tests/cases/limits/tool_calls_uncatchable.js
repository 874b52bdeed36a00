/* case
{"limits": {"tool_calls_max": 2}}
*/
try { for (let i = 0; ; i++) await tools.kit.echo({ value: i }); } catch { return 'caught'; }
/* transcript
stopped: limit `tool_calls` of 2 reached, 3 used
call: 0 kit.echo({"value":0}) finished, 1 bytes
call: 1 kit.echo({"value":1}) finished, 1 bytes
*/
