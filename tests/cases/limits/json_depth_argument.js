/* case
{"limits": {"json_depth_max": 3}}
*/
try { await tools.kit.echo({ value: [[[[1]]]] }); } catch (e) { return [e.code, e.message]; }
