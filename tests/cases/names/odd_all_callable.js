/* case
{"about": "each identifier reaches exactly its own tool", "servers": ["odd"]}
*/
const out = [];
for (const name of Object.keys(tools.odd)) out.push([name, await tools.odd[name]({})]);
return out;
