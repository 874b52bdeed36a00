/* case
{}
*/
await Promise.all([
  tools.kit.echo({ value: 1 }),
  (async () => {
    await null;
    throw new Error('in all');
  })(),
]);
/* transcript
threw: Error: in all
at: 8:11 in top level
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
