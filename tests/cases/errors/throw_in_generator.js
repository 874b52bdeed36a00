/* case
{}
*/
function* g() {
  yield 1;
  throw new Error('generator');
}
return [...g()];
/* transcript
threw: Error: generator
at: 6:9 in g
at: 8:12 in top level
*/
/* transcript boa
threw: Error: generator
at: 6:9 in g
at: 8:8 in top level
*/
