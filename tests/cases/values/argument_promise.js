/* case
{"about": "a forgotten await is named"}
*/
try { await tools.kit.echo({ value: tools.kit.echo({ value: 1 }) }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found a promise at `$.value`; Await it first."]
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
