/* case
{"about": "an assignment to a constant"}
*/
const c = 1;
if (c) { c = 2; }
/* transcript
threw: TypeError: 'c' is read-only
at: 5:14 in top level
*/
/* transcript boa
threw: TypeError: cannot mutate an immutable binding 'c'
at: 5:10 in top level
*/
