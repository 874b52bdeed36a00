/* case
{}
*/
const o = { a: 1 };
o.a();
/* transcript
threw: TypeError: not a function
at: 5:3 in top level
*/
/* transcript boa
threw: TypeError: not a callable function
at: 5:3 in top level
*/
