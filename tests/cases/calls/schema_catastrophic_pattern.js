/* case
{"servers": [], "tools": [{"server": "s", "name": "p", "input": {"type": "object", "properties": {"a": {"type": "string", "pattern": "^(a+)+$"}}}, "reply": "ok"}]}
*/
try { return await tools.s.p({ a: 'a'.repeat(40) + '!' }); } catch (e) { return e.code; }
/* transcript
returned: "invalid_arguments"
call: 0 s.p({"a":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!"}) failed, invalid_arguments: the arguments do not fit the input schema: `$.a`: "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!" does not match "^(a+)+$"
*/
