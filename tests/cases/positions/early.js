/* case
{"about": "a variable before its declaration"}
*/
const f = () => x;
f();
let x = 1;
/* transcript
threw: ReferenceError: x is not initialized
at: 4:17 in f
at: 5:1 in top level
*/
/* transcript boa
threw: ReferenceError: x is not defined
at: 4:17 in f
at: 5:1 in top level
*/
