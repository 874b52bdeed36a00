/* case
{}
*/
export default async () => (await tools.kit.add({ a: 1, b: 5 }));
/* transcript
returned: 6
call: 0 kit.add({"a":1,"b":5}) finished, 1 bytes
*/
