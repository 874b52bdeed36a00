/* case
{}
*/
try { await tools.kit.add({ a: 1, b: 2, c: 3 }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$`: Additional properties are not allowed ('c' was unexpected)"
call: 0 kit.add({"a":1,"b":2,"c":3}) failed, invalid_arguments: the arguments do not fit the input schema: `$`: Additional properties are not allowed ('c' was unexpected)
*/
