/* case
{}
*/
async () => {
  return await tools.kit.add({ a: 1, b: 2 });
}
