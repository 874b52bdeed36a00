/* case
{"about": "the host saw no call"}
*/
try { await tools.kit.add({ a: 'x', b: 1 }); } catch {}
return await tools.kit.count({});
/* transcript
returned: 0
call: 0 kit.add({"a":"x","b":1}) failed, invalid_arguments: the arguments do not fit the input schema: `$.a`: "x" is not of type "integer"
call: 1 kit.count({}) finished, 1 bytes
*/
