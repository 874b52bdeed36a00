/* case
{"about": "each wire name reaches exactly its own tool", "servers": ["odd"]}
*/
const names = ['list-items', 'list items', 'list.items', 'then', '__proto__', 'constructor', 'toString', '', '7zip', 'default', '*/'];
const out = [];
for (const name of names) {
  out.push(await tools.odd[name]({}));
}
return out;
