/* case
{}
*/
return await tools.kit.echo({ value: { a: 1 } });
/* transcript
returned: {"a":1}
call: 0 kit.echo({"value":{"a":1}}) finished, 7 bytes
*/
