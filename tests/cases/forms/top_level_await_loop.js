/* case
{}
*/
let n = 0;
for (const i of [1, 2, 3]) n = await tools.kit.add({ a: n, b: i });
return n;
/* transcript
returned: 6
call: 0 kit.add({"a":0,"b":1}) finished, 1 bytes
call: 1 kit.add({"a":1,"b":2}) finished, 1 bytes
call: 2 kit.add({"a":3,"b":3}) finished, 1 bytes
*/
