/* case
{}
*/
const out = [];
for (let i = 0; i < 5; i++) out.push(await tools.kit.add({ a: i, b: i }));
return out;
/* transcript
returned: [0,2,4,6,8]
call: 0 kit.add({"a":0,"b":0}) finished, 1 bytes
call: 1 kit.add({"a":1,"b":1}) finished, 1 bytes
call: 2 kit.add({"a":2,"b":2}) finished, 1 bytes
call: 3 kit.add({"a":3,"b":3}) finished, 1 bytes
call: 4 kit.add({"a":4,"b":4}) finished, 1 bytes
*/
