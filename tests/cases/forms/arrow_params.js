/* case
{"about": "an arrow function gets tools and input", "input": {"a": 4}}
*/
async (tools, input) => ({ sum: await tools.kit.add({ a: input.a, b: 1 }) })
/* transcript
returned: {"sum":5}
call: 0 kit.add({"a":4,"b":1}) finished, 1 bytes
*/
