/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": ["\u0000", " ", "😀", "‮"]}]}
*/
return await tools.t.p({});
/* transcript
returned: ["\u0000","\u2028","😀","\u202e"]
call: 0 t.p({}) finished, 29 bytes
*/
