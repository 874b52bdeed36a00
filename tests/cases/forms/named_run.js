/* case
{}
*/
const k = 3;
async function run() {
  return await tools.kit.add({ a: k, b: k });
}
/* transcript
returned: 6
call: 0 kit.add({"a":3,"b":3}) finished, 1 bytes
*/
