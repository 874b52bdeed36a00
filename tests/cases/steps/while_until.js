/* case
{}
*/
let n = 0;
do { n = await tools.kit.add({ a: n, b: 3 }); } while (n < 10);
return n;
/* transcript
returned: 12
call: 0 kit.add({"a":0,"b":3}) finished, 1 bytes
call: 1 kit.add({"a":3,"b":3}) finished, 1 bytes
call: 2 kit.add({"a":6,"b":3}) finished, 1 bytes
call: 3 kit.add({"a":9,"b":3}) finished, 2 bytes
*/
