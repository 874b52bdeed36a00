/* case
{"about": "further calls wait for a place", "limits": {"tool_calls_at_once_max": 2}, "usage": ["tool_calls", "tool_calls_at_once"]}
*/
await Promise.all(Array.from({ length: 9 }, (_, i) => tools.kit.echo({ value: i })));
return 'all of them';
/* transcript
returned: "all of them"
call: 0 kit.echo({"value":0}) finished, 1 bytes
call: 1 kit.echo({"value":1}) finished, 1 bytes
call: 2 kit.echo({"value":2}) finished, 1 bytes
call: 3 kit.echo({"value":3}) finished, 1 bytes
call: 4 kit.echo({"value":4}) finished, 1 bytes
call: 5 kit.echo({"value":5}) finished, 1 bytes
call: 6 kit.echo({"value":6}) finished, 1 bytes
call: 7 kit.echo({"value":7}) finished, 1 bytes
call: 8 kit.echo({"value":8}) finished, 1 bytes
usage: tool_calls 9
usage: tool_calls_at_once 2
*/
