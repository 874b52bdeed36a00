/* case
{}
*/
'use strict';
function f(a, a) { return a; }
return f(1, 2);
