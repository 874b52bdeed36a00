/* case
{}
*/
let v = 1;
for (let i = 0; i < 99; i++) v = [v];
return JSON.stringify(v).length;
/* transcript
returned: 199
*/
