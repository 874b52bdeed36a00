/* case
{}
*/
const [a, b, c] = await Promise.allSettled([tools.kit.add({ a: 1, b: 1 }), tools.kit.add({ a: 1 }), tools.kit.fail({})]);
return [a.value, b.reason.code, c.reason.code];
