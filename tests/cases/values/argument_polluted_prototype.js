/* case
{"about": "only own properties cross"}
*/
Object.prototype.polluted = 'yes';
Array.prototype.extra = 'yes';
return await tools.kit.echo({ value: { a: [1] } });
/* transcript
returned: {"a":[1]}
call: 0 kit.echo({"value":{"a":[1]}}) finished, 9 bytes
*/
