/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": [1.0, 1e+30, -0.0, 1e-09, 0.1, 123456789.125]}]}
*/
return await tools.t.p({});
