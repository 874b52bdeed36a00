/* case
{}
*/
const p = tools.kit.echo({ value: 1 });
const kind = [p instanceof Promise, typeof p.then];
await p;
return kind;
/* transcript
returned: [true,"function"]
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
