/* case
{}
*/
try { await tools.kit.echo({ value: { deep: [1n] } }); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_arguments","arguments must be plain JSON, found a BigInt at `$.value.deep[0]`; Use `Number(x)` or `String(x)`."]
*/
