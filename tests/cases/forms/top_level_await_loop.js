/* case
{}
*/
let n = 0;
for (const i of [1, 2, 3]) n = await tools.kit.add({ a: n, b: i });
return n;
