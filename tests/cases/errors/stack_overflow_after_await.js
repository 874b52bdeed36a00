/* case
{}
*/
async function deep() {
  await null;
  const f = () => f();
  f();
}
try {
  await deep();
} catch {
  return 'caught';
}
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
