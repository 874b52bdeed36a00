/* case
{"about": "an assignment with an operator"}
*/
let a = 1;
a **= 2n;
/* transcript
threw: TypeError: cannot convert BigInt to number
at: 5:7 in top level
*/
/* transcript boa
threw: TypeError: cannot mix BigInt and other types, use explicit conversions
at: 5:1 in top level
*/
