/* case
{}
*/
const a = 1; <!-- not a comment in strict text
return a;
/* transcript
rejected: syntax at 4:16: unexpected token
*/
