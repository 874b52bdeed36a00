/* case
{"servers": [], "tools": [{"server": "t", "name": "p", "reply": [1.0, 1e+30, -0.0, 1e-09, 0.1, 123456789.125]}]}
*/
return await tools.t.p({});
/* transcript
returned: [1,1e+30,0,1e-9,0.1,123456789.125]
call: 0 t.p({}) finished, 39 bytes
*/
