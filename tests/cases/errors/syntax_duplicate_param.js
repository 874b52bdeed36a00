/* case
{}
*/
'use strict';
function f(a, a) { return a; }
return f(1, 2);
/* transcript
rejected: syntax at 5:15: identifier `a` has already been declared
hint: See 5:12: `a` has already been declared here.
*/
