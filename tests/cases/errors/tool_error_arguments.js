/* case
{}
*/
const ok = await tools.kit.add({ a: 1, b: 2 });
await tools.kit.add({ a: 1, b: 'two' });
/* transcript
threw: ToolError: the arguments do not fit the input schema: `$.b`: "two" is not of type "integer" [invalid_arguments]
at: 5:17 in top level
call: 0 kit.add({"a":1,"b":2}) finished, 1 bytes
call: 1 kit.add({"a":1,"b":"two"}) failed, invalid_arguments: the arguments do not fit the input schema: `$.b`: "two" is not of type "integer"
*/
