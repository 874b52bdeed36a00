/* case
{}
*/
async function step() {
  await tools.kit.echo({ value: 1 });
  throw new Error('after await');
}
await step();
/* transcript
threw: Error: after await
at: 6:9 in step
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
