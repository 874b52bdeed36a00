/* case
{}
*/
const a = await tools.kit.echo({ value: { n: 1 } });
a.n = 2;
const b = await tools.kit.echo({ value: { n: 1 } });
return [a, b];
/* transcript
returned: [{"n":2},{"n":1}]
call: 0 kit.echo({"value":{"n":1}}) finished, 7 bytes
call: 1 kit.echo({"value":{"n":1}}) finished, 7 bytes
*/
