/* case
{}
*/
const { kit: { add, echo: say } } = tools;
return [await add({ a: 1, b: 2 }), await say({ value: 'hi' })];
/* transcript
returned: [3,"hi"]
call: 0 kit.add({"a":1,"b":2}) finished, 1 bytes
call: 1 kit.echo({"value":"hi"}) finished, 4 bytes
*/
