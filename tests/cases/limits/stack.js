/* case
{}
*/
const f = (n) => [n].map(f);
return f(0);
/* transcript
stopped: limit `stack_bytes` of 8388608 reached, 8388608 used
*/
