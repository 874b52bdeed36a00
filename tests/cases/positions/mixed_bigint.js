/* case
{"about": "a BigInt mixed with a number"}
*/
const x = 5;
let y = 1n;
return x +
  y;
/* transcript
threw: TypeError: cannot convert BigInt to number
at: 6:8 in top level
*/
/* transcript boa
threw: TypeError: cannot mix BigInt and other types, use explicit conversions
at: 6:8 in top level
*/
