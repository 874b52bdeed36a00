/* case
{"about": "`++` of a symbol"}
*/
let s = Symbol();
s++;
/* transcript
threw: TypeError: cannot convert symbol to number
at: 5:1 in top level
*/
/* transcript boa
threw: TypeError: argument must not be a symbol
at: 5:1 in top level
*/
