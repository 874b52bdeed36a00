/* case
{}
*/
try { await tools.kit.add({ a: 1 }); } catch (e) { return [e.name, e.code, e.tool, e.message, e.retryable]; }
/* transcript
returned: ["ToolError","invalid_arguments","kit.add","the arguments do not fit the input schema: `$`: \"b\" is a required property",false]
call: 0 kit.add({"a":1}) failed, invalid_arguments: the arguments do not fit the input schema: `$`: "b" is a required property
*/
