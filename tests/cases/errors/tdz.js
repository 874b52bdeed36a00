/* case
{}
*/
x;
let x = 1;
/* transcript
threw: ReferenceError: x is not initialized
at: 4:1 in top level
*/
/* transcript boa
threw: ReferenceError: access of uninitialized binding
at: 4:1 in top level
*/
