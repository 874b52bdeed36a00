/* case
{"servers": [], "tools": [{"server": "s", "name": "p", "input": {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}, "reply": "ok"}]}
*/
try { return await tools.s.p({ a: 'a'.repeat(40) + '!' }); } catch (e) { return e.code; }
