/* case
{}
*/
const tools_: typeof tools = tools;
return await (tools_.kit.add as any)({ a: 3, b: 4 });
/* transcript
returned: 7
call: 0 kit.add({"a":3,"b":4}) finished, 1 bytes
*/
