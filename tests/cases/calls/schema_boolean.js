/* case
{"about": "a recursive schema works", "servers": [], "tools": [{"server": "s", "name": "open", "reply": "ok"}, {"server": "s", "name": "ref", "input": {"type": "object", "properties": {"next": {"$ref": "#"}}, "additionalProperties": false}, "reply": "ok"}]}
*/
return [await tools.s.open({ a: 1 }), await tools.s.ref({ next: { next: {} } })];
/* transcript
returned: ["ok","ok"]
call: 0 s.open({"a":1}) finished, 4 bytes
call: 1 s.ref({"next":{"next":{}}}) finished, 4 bytes
*/
