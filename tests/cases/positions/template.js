/* case
{"about": "a symbol in a template"}
*/
const s = Symbol();
return [
  `x${s}`];
/* transcript
threw: TypeError: can't convert symbol to string
at: 6:3 in top level
*/
