/* case
{}
*/
async function load(id) {
  const r = await tools.kit.fail({ message: 'nested ' + id });
  return r;
}
async function all() {
  return Promise.all([1, 2].map((id) => load(id)));
}
await all();
