/* case
{"about": "all diagnostics at once"}
*/
await tools.kit.ecko({});
await tools.kitt.echo({});
await tools.kit.add({ a: 1, b: 1 });
/* transcript
rejected: unknown_tool at 4:17: unknown tool `ecko` on server `kit`; nearest: `echo`
hint: Use `echo`, if that is what you mean.
rejected: unknown_server at 5:13: unknown server `kitt`; nearest: `kit`
hint: Use `kit`, if that is what you mean.
*/
