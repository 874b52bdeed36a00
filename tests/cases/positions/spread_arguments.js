/* case
{"about": "arguments spread from what cannot be iterated"}
*/
return Math.max(1,
  ...5);
/* transcript
threw: TypeError: value is not iterable
at: 5:3 in top level
*/
/* transcript boa
threw: TypeError: value with type `number` is not iterable
at: 5:3 in top level
*/
