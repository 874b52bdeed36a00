/* case
{"limits": {"tool_calls_max": 3}}
*/
for (let i = 0; i < 3; i++) await tools.kit.echo({ value: i });
return 'just enough';
/* transcript
returned: "just enough"
call: 0 kit.echo({"value":0}) finished, 1 bytes
call: 1 kit.echo({"value":1}) finished, 1 bytes
call: 2 kit.echo({"value":2}) finished, 1 bytes
*/
