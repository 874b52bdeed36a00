/* case
{"about": "a schema that is none does not fail the call", "servers": [], "tools": [{"server": "s", "name": "broken", "input": {"type": "object", "properties": {"a": {"type": "no-such-type"}}}, "reply": "ok"}]}
*/
return await tools.s.broken({ a: 1 });
/* transcript
returned: "ok"
call: 0 s.broken({"a":1}) finished, 4 bytes
note: the input schema of `s.broken` cannot be enforced: "no-such-type" is not valid under any of the schemas listed in the 'anyOf' keyword
*/
