/* case
{}
*/
const tools_: typeof tools = tools;
return await (tools_.kit.add as any)({ a: 3, b: 4 });
