/* case
{"limits": {"argument_bytes_max": 100}}
*/
return (await tools.kit.echo({ value: 'x'.repeat(88) })).length;
/* transcript
returned: 88
call: 0 kit.echo({"value":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}) finished, 90 bytes
*/
