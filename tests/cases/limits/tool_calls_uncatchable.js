/* case
{"limits": {"tool_calls_max": 2}}
*/
try { for (let i = 0; ; i++) await tools.kit.echo({ value: i }); } catch { return 'caught'; }
