/* case
{"about": "a schema that is none does not fail the call", "servers": [], "tools": [{"server": "s", "name": "broken", "input": {"type": "object", "properties": {"a": {"type": "no-such-type"}}}, "reply": "ok"}]}
*/
return await tools.s.broken({ a: 1 });
