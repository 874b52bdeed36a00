/* case
{}
*/
const value = await tools.kit
  .echo({
    value: 1,
  });
throw new
  Error('here');
/* transcript
threw: Error: here
at: 8:7 in top level
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
