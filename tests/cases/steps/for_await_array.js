/* case
{}
*/
const out = [];
for await (const v of [tools.kit.echo({ value: 1 }), tools.kit.echo({ value: 2 })]) out.push(v);
return out;
/* transcript
returned: [1,2]
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.echo({"value":2}) finished, 1 bytes
*/
