/* case
{"limits": {"tool_calls_max": 3}}
*/
for (let i = 0; ; i++) await tools.kit.echo({ value: i });
/* transcript
stopped: limit `tool_calls` of 3 reached, 4 used
call: 0 kit.echo({"value":0}) finished, 1 bytes
call: 1 kit.echo({"value":1}) finished, 1 bytes
call: 2 kit.echo({"value":2}) finished, 1 bytes
*/
