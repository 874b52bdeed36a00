/* case
{}
*/
try { await tools.kit.echo({ value: NaN }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found NaN at `$.value`; Give null or a string in its place."]
*/
