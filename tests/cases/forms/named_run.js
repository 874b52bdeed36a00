/* case
{}
*/
const k = 3;
async function run() {
  return await tools.kit.add({ a: k, b: k });
}
