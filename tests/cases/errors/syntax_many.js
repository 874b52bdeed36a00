/* case
{"about": "all diagnostics at once"}
*/
const a = 1;
const a = 2;
let b = 3;
let b = 4;
return a;
/* transcript
rejected: syntax at 5:7: identifier `a` has already been declared
hint: See 4:7: `a` has already been declared here.
rejected: syntax at 7:5: identifier `b` has already been declared
hint: See 6:5: `b` has already been declared here.
*/
