/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": {"id": 9007199254740993, "small": 12345}}]}
*/
const r = await tools.t.p({});
return [r, r.id === 9007199254740993];
