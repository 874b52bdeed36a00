/* case
{"about": "further calls wait for a place", "limits": {"tool_calls_at_once_max": 2}, "usage": ["tool_calls", "tool_calls_at_once"]}
*/
await Promise.all(Array.from({ length: 9 }, (_, i) => tools.kit.echo({ value: i })));
return 'all of them';
