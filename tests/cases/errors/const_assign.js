/* case
{}
*/
const a = 1;
a = 2;
/* transcript
threw: TypeError: 'a' is read-only
at: 5:5 in top level
*/
/* transcript boa
threw: TypeError: cannot mutate an immutable binding 'a'
at: 5:1 in top level
*/
