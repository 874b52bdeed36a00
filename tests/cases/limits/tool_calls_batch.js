/* case
{"about": "a batch past the limit is started in no part", "limits": {"tool_calls_max": 4}}
*/
await Promise.all(Array.from({ length: 5 }, (_, i) => tools.kit.echo({ value: i })));
/* transcript
stopped: limit `tool_calls` of 4 reached, 5 used
*/
