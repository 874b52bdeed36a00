/* case
{}
*/
async function* g() {
  yield 1;
  throw new Error('async generator');
}
for await (const x of g()) console.log(x);
/* transcript
threw: Error: async generator
at: 6:9 in g
at: 8:36 in top level
log: 1
*/
/* transcript boa
threw: Error: async generator
at: 6:9 in g
at: 8:23 in top level
log: 1
*/
