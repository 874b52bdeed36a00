/* case
{}
*/
const tools2 = tools;
return await tools2.kit.add({ a: 1, b: 1 });
