/* case
{}
*/
let v = 1;
for (let i = 0; i < 100; i++) v = [v];
return v;
