/* case
{}
*/
return Promise.all([{ value: 1 }, { value: 2 }].map((a) => tools.kit.echo(a)));
/* transcript
returned: [1,2]
call: 0 kit.echo({"value":1}) finished, 1 bytes
call: 1 kit.echo({"value":2}) finished, 1 bytes
*/
