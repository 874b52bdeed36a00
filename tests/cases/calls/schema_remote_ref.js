/* case
{"about": "a remote reference is never fetched; the call still works", "servers": [], "tools": [{"server": "s", "name": "remote", "input": {"type": "object", "properties": {"a": {"$ref": "http://127.0.0.1:9/x.json"}}}, "reply": "ok"}]}
*/
return await tools.s.remote({ a: 1 });
/* transcript
returned: "ok"
call: 0 s.remote({"a":1}) finished, 4 bytes
note: the input schema of `s.remote` cannot be enforced: Resource 'http://127.0.0.1:9/x.json' is not present in a registry and retrieving it failed: `resolve-http` feature or a custom resolver is required to resolve external schemas via HTTP
*/
