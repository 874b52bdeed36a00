/* case
{"limits": {"argument_bytes_max": 100}}
*/
return (await tools.kit.echo({ value: 'x'.repeat(88) })).length;
