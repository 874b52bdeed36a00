/* case
{}
*/
try {
  await Promise.all([tools.kit.echo({ value: 1 }), tools.kit.fail({ message: 'no' })]);
} catch (e) {
  return [e.name, e.code, e.message];
}
