/* case
{}
*/
await tools.kit.echo({ value: 1 });
await new Promise((resolve) => { globalThis.keep = resolve; });
/* transcript
threw: Error: the script awaits a promise that nothing will settle: no tool call and no timer is pending [deadlock]
hint: Resolve each promise that is awaited, or await a tool call.
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
