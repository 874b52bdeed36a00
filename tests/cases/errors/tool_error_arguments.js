/* case
{}
*/
const ok = await tools.kit.add({ a: 1, b: 2 });
await tools.kit.add({ a: 1, b: 'two' });
