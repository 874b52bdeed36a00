/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": ["\u0000", " ", "😀", "‮"]}]}
*/
return await tools.t.p({});
