/* case
{}
*/
const r = await tools.kit.echo({ value: null });
return r.items.length;
/* transcript
threw: TypeError: Cannot read properties of null (reading 'items')
at: 5:10 in top level
call: 0 kit.echo({"value":null}) finished, 4 bytes
*/
