/* case
{}
*/
await tools.kit.echo({ value: 1 }).then((v) => {
  return v.nope.deeper;
});
/* transcript
threw: TypeError: Cannot read properties of undefined (reading 'deeper')
at: 5:17 in top level
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
