/* case
{"about": "a parameter that cannot be taken apart"}
*/
function g({ a },
  [b]) { return a + b; }
return g({ a: 1 }, 3);
/* transcript
threw: TypeError: value is not iterable
at: 5:3 in g
at: 6:8 in top level
*/
/* transcript boa
threw: TypeError: value with type `number` is not iterable
at: 5:3 in g
at: 6:8 in top level
*/
