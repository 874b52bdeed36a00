/* case
{"about": "the crossing does not use what a script can replace"}
*/
JSON.stringify = () => 'hijacked';
JSON.parse = () => 'hijacked';
return await tools.kit.echo({ value: { a: 1 } });
