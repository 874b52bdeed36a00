/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": {"__proto__": {"polluted": true}, "a": 1}}]}
*/
const r = await tools.t.p({});
return [Object.keys(r), r.polluted, ({}).polluted, r];
/* transcript
returned: [["__proto__","a"],null,null,{"__proto__":{"polluted":true},"a":1}]
call: 0 t.p({}) finished, 37 bytes
*/
