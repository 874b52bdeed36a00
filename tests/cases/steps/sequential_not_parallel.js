/* case
{"usage": ["tool_calls", "tool_calls_at_once"]}
*/
for (const i of [1, 2, 3]) await tools.kit.echo({ value: i });
return 'one by one';
/* transcript
returned: "one by one"
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.echo({"value":2}) finished, 1 bytes
call: 2 kit.echo({"value":3}) finished, 1 bytes
usage: tool_calls 3
usage: tool_calls_at_once 1
*/
