/* case
{"about": "a comparison with a symbol"}
*/
const o = { get x() { return 1; } };
const v =
  o.x > Symbol();
/* transcript
threw: TypeError: cannot convert symbol to number
at: 6:5 in top level
*/
/* transcript boa
threw: TypeError: argument must not be a symbol
at: 6:3 in top level
*/
