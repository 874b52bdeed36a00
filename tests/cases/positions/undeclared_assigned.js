/* case
{"about": "an assignment to an undeclared variable"}
*/
const a = 1;
nope = a;
/* transcript
threw: ReferenceError: nope is not defined
at: 5:8 in top level
*/
/* transcript boa
threw: ReferenceError: cannot assign to uninitialized global property `nope`
at: 5:1 in top level
*/
