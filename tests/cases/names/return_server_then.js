/* case
{"about": "the same where an async function returns it", "servers": ["odd"]}
*/
async function server() { return tools.odd; }
const s = await server();
return typeof s['list-items'];
/* transcript
threw: Error: the script awaits a promise that nothing will settle: no tool call and no timer is pending [deadlock]
hint: Resolve each promise that is awaited, or await a tool call.
note: nothing handled this error: ToolError: arguments must be one object, found 2 arguments
*/
