/* case
{}
*/
try {
  JSON.parse('{');
} catch (e: unknown) {
  return e instanceof SyntaxError;
}
/* transcript
returned: true
*/
