/* case
{}
*/
const [a, b, c] = await Promise.allSettled([tools.kit.add({ a: 1, b: 1 }), tools.kit.add({ a: 1 }), tools.kit.fail({})]);
return [a.value, b.reason.code, c.reason.code];
/* transcript
returned: [2,"invalid_arguments","tool_failed"]
call: 0 kit.add({"a":1,"b":1}) finished, 1 bytes
call: 1 kit.add({"a":1}) failed, invalid_arguments: the arguments do not fit the input schema: `$`: "b" is a required property
call: 2 kit.fail({}) failed, tool_failed: it failed
*/
