/* case
{"about": "a forgotten await is named"}
*/
try { await tools.kit.echo({ value: tools.kit.echo({ value: 1 }) }); } catch (e) { return [e.code, e.message]; }
