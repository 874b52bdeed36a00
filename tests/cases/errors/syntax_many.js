/* case
{"about": "all diagnostics at once"}
*/
const a = 1;
const a = 2;
let b = 3;
let b = 4;
return a;
