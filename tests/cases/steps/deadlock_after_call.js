/* case
{}
*/
await tools.kit.echo({ value: 1 });
await new Promise((resolve) => { globalThis.keep = resolve; });
