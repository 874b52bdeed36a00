/* case
{"servers": ["odd"]}
*/
async function server() { return tools.odd; }
const s = await server();
return typeof s['list-items'];
