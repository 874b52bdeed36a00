/* case
{}
*/
const a = {};
a.a = a;
try { await tools.kit.echo({ value: a }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found a cycle at `$.value.a`; Leave out what contains itself."]
*/
