/* case
{"about": "depth past the limit"}
*/
let v = 1;
for (let i = 0; i < 1000; i++) v = [v];
return v;
