/* case
{"about": "a server with a tool named `then` is a thenable to JavaScript: awaiting the server itself is told at once as a deadlock", "servers": ["odd"]}
*/
const s = await tools.odd;
return typeof s;
/* transcript
threw: Error: the script awaits a promise that nothing will settle: no tool call and no timer is pending [deadlock]
hint: Resolve each promise that is awaited, or await a tool call.
note: nothing handled this error: ToolError: arguments must be one object, found 2 arguments
*/
