/* case
{}
*/
return await tools.kit.add({ a: 1, b: 2, c: undefined });
/* transcript
returned: 3
call: 0 kit.add({"a":1,"b":2}) finished, 1 bytes
*/
