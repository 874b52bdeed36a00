/* case
{"about": "depth past the limit"}
*/
let v = 1;
for (let i = 0; i < 1000; i++) v = [v];
return v;
/* transcript
stopped: limit `json_depth` of 100 reached, 101 used
*/
