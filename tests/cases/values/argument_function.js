/* case
{}
*/
try { await tools.kit.echo({ value: () => 1 }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found a function at `$.value`; Call it, and give its result."]
*/
