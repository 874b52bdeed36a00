/* case
{}
*/
try {
  throw new Error('body');
} finally {
  await tools.kit.echo({ value: 'cleanup' });
}
