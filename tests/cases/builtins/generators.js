/* case
{}
*/
function* fib() { let [a, b] = [0, 1]; for (;;) { yield a; [a, b] = [b, a + b]; } }
const out = [];
for (const n of fib()) { if (n > 50) break; out.push(n); }
return out;
/* transcript
returned: [0,1,1,2,3,5,8,13,21,34]
*/
