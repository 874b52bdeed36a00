/* case
{"limits": {"json_depth_max": 3}}
*/
try { await tools.kit.echo({ value: [[[[1]]]] }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found arrays and objects nested deeper than 3 at `$.value[0][0]`; Give a flatter value."]
*/
