/* case
{"about": "a symbol in a template"}
*/
const s = Symbol();
return [
  `x${s}`];
/* transcript
threw: TypeError: cannot convert symbol to string
at: 6:7 in top level
*/
/* transcript boa
threw: TypeError: can't convert symbol to string
at: 6:3 in top level
*/
