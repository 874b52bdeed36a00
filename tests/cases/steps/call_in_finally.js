/* case
{}
*/
try {
  throw new Error('body');
} finally {
  await tools.kit.echo({ value: 'cleanup' });
}
/* transcript
threw: Error: body
at: 5:9 in top level
call: 0 kit.echo({"value":"cleanup"}) finished, 9 bytes
*/
