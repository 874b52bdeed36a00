/* case
{}
*/
try { await tools.kit.add({ a: 1, b: '2' }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$.b`: \"2\" is not of type \"integer\""
call: 0 kit.add({"a":1,"b":"2"}) failed, invalid_arguments: the arguments do not fit the input schema: `$.b`: "2" is not of type "integer"
*/
