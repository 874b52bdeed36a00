/* case
{"about": "a symbol joined to a text"}
*/
const s = Symbol();
return [1,
  "" + s];
/* transcript
threw: TypeError: cannot convert symbol to string
at: 6:3 in top level
*/
/* transcript boa
threw: TypeError: can't convert symbol to string
at: 6:3 in top level
*/
