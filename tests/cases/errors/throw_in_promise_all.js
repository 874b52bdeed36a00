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
