/* case
{}
*/
await tools.kit.echo({ value: 'x' })
/* transcript
returned: "x"
call: 0 kit.echo({"value":"x"}) finished, 3 bytes
*/
