/* case
{"about": "`yield*` of what cannot be iterated"}
*/
function* g() {
  yield* 5;
}
return [...g()];
/* transcript
threw: TypeError: value is not iterable
at: 5:10 in g
at: 7:12 in top level
*/
/* transcript boa
threw: TypeError: value with type `number` is not iterable
at: 5:3 in g
at: 7:8 in top level
*/
