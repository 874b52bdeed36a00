/* case
{}
*/
const a = 1;
const b = 2;
const c = 3;
const d = ;
return a;
/* transcript
rejected: syntax at 7:11: unexpected token
*/
