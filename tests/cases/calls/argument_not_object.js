/* case
{}
*/
const out = [];
for (const a of [1, 'x', null, [1], true]) {
  try { await tools.kit.echo(a); out.push('accepted'); } catch (e) { out.push([e.name, e.code, e.message]); }
}
return out;
