/* case
{}
*/
const out = [];
for (const t of ['{', '[1,]', '01', '"\u0001"', '{"a" 1}', 'nul', '', '1 2', '{"a":1,}', '"\\x"']) {
  try { out.push(JSON.parse(t)); } catch (e) { out.push(e.name + ': ' + e.message); }
}
return out;
