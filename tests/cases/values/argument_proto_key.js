/* case
{}
*/
return await tools.kit.echo({ value: JSON.parse('{"__proto__":1}') });
/* transcript
returned: {"__proto__":1}
call: 0 kit.echo({"value":{"__proto__":1}}) finished, 15 bytes
*/
