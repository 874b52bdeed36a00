/* case
{"limits": {"tool_calls_max": 3}}
*/
for (let i = 0; ; i++) await tools.kit.echo({ value: i });
