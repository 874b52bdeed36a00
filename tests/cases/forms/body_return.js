/* case
{}
*/
const r = await tools.kit.add({ a: 2, b: 3 });
return r * 2;
/* transcript
returned: 10
call: 0 kit.add({"a":2,"b":3}) finished, 1 bytes
*/
