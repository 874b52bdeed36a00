/* case
{}
*/
const tools2 = tools;
return await tools2.kit.add({ a: 1, b: 1 });
/* transcript
returned: 2
call: 0 kit.add({"a":1,"b":1}) finished, 1 bytes
*/
