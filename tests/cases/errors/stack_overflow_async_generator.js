/* case
{}
*/
async function* g() {
  yield* g();
}
for await (const x of g()) return x;
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
