/* case
{"usage": ["tool_calls", "tool_calls_at_once"]}
*/
for (const i of [1, 2, 3]) await tools.kit.echo({ value: i });
return 'one by one';
