/* case
{}
*/
async function step() {
  await tools.kit.echo({ value: 1 });
  throw new Error('after await');
}
await step();
