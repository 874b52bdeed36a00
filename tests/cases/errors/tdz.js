/* case
{}
*/
x;
let x = 1;
/* transcript
threw: ReferenceError: access of uninitialized binding
*/
