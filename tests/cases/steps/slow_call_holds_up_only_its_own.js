/* case
{}
*/
const slow = tools.kit.slow({ ms: 60, value: 'slow' });
const fast = [];
for (let i = 0; i < 3; i++) fast.push(await tools.kit.echo({ value: i }));
return [fast, await slow];
/* transcript
returned: [[0,1,2],"slow"]
call: 0 kit.slow({"ms":60,"value":"slow"}) finished, 6 bytes
call: 1 kit.echo({"value":0}) finished, 1 bytes
call: 2 kit.echo({"value":1}) finished, 1 bytes
call: 3 kit.echo({"value":2}) finished, 1 bytes
*/
