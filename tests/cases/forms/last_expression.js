/* case
{"about": "a last expression is the result"}
*/
const r = await tools.kit.add({ a: 1, b: 1 });
r + 40
