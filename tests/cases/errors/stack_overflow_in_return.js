/* case
{}
*/
// An iterator is closed because of an error, and closing it runs out of stack.
const deep = () => deep() + 1;
const endless = { [Symbol.iterator]: () => ({ next: () => ({ value: 1 }), return: deep }) };
try {
  Array.from(endless, () => { throw new Error('mapped'); });
} catch {
  return 'caught';
}
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
