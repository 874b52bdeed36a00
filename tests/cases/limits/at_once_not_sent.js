/* case
{"about": "what waited for a place was not sent, and the outcome says so", "limits": {"tool_calls_at_once_max": 2, "wall_ms_max": 50}}
*/
await Promise.all([tools.kit.never({}), tools.kit.never({}), tools.kit.echo({ value: 1 })]);
