/* case
{}
*/
return await tools.kit.add({ a: 1, b: 2, c: undefined });
