/* case
{}
*/
await tools.kit.echo({ value: 1 }).then((v) => {
  return v.nope.deeper;
});
/* transcript
threw: TypeError: cannot convert 'null' or 'undefined' to object
at: 5:17 in top level
call: 0 kit.echo({"value":1}) finished, 1 bytes
*/
