/* case
{}
*/
try {
  JSON.parse('{oops');
} catch (e) {
  throw new Error('wrapped', { cause: e });
}
