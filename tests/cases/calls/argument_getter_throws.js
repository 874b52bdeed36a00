/* case
{}
*/
try {
  await tools.kit.echo({ get value() { throw new Error('getter'); } });
} catch (e) {
  return e.message;
}
/* transcript
returned: "getter"
*/
