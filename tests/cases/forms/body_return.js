/* case
{}
*/
const r = await tools.kit.add({ a: 2, b: 3 });
return r * 2;
