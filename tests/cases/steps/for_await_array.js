/* case
{}
*/
const out = [];
for await (const v of [tools.kit.echo({ value: 1 }), tools.kit.echo({ value: 2 })]) out.push(v);
return out;
