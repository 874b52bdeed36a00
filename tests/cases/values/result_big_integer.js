/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": {"id": 9007199254740993, "small": 12345}}]}
*/
const r = await tools.t.p({});
return [r, r.id === 9007199254740993];
/* transcript
returned: [{"id":9007199254740992,"small":12345},true]
call: 0 t.p({}) finished, 37 bytes
*/
