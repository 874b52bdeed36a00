/* case
{"about": "the crossing does not use what a script can replace"}
*/
JSON.stringify = () => 'hijacked';
JSON.parse = () => 'hijacked';
return await tools.kit.echo({ value: { a: 1 } });
/* transcript
returned: {"a":1}
call: 0 kit.echo({"value":{"a":1}}) finished, 7 bytes
*/
