/* case
{}
*/
async function* g() {
  yield 1;
  throw new Error('async generator');
}
for await (const x of g()) console.log(x);
