/* case
{"about": "a tool named `then` must not make its server a thenable", "servers": ["odd"]}
*/
const s = await tools.odd;
return typeof s;
