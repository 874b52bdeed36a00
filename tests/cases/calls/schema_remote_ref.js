/* case
{"about": "a remote reference is never fetched; the call still works", "servers": [], "tools": [{"server": "s", "name": "remote", "input": {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x.json"}}}, "reply": "ok"}]}
*/
return await tools.s.remote({ a: 1 });
