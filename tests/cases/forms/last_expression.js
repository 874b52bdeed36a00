/* case
{"about": "a last expression is the result"}
*/
const r = await tools.kit.add({ a: 1, b: 1 });
r + 40
/* transcript
returned: 42
call: 0 kit.add({"a":1,"b":1}) finished, 1 bytes
*/
