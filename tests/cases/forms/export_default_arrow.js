/* case
{}
*/
export default async () => (await tools.kit.add({ a: 1, b: 5 }));
