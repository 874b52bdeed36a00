/* case
{}
*/
await tools.kit.echo({ value: 1 }).then((v) => {
  return v.nope.deeper;
});
