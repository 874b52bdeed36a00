/* case
{"about": "a loop over what cannot be iterated"}
*/
let n = 0;
for (const q of 5) n += q;
return n;
/* transcript
threw: TypeError: value is not iterable
at: 5:17 in top level
*/
/* transcript boa
threw: TypeError: value with type `number` is not iterable
at: 5:17 in top level
*/
