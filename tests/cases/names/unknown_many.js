/* case
{"about": "all diagnostics at once"}
*/
await tools.kit.ecko({});
await tools.kitt.echo({});
await tools.kit.add({ a: 1, b: 1 });
