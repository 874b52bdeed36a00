/* case
{}
*/
const out = [];
for (let i = 0; i < 5; i++) out.push(await tools.kit.add({ a: i, b: i }));
return out;
