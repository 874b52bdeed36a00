/* case
{"about": "an arrow function gets tools and input", "input": {"a": 4}}
*/
async (tools, input) => ({ sum: await tools.kit.add({ a: input.a, b: 1 }) })
