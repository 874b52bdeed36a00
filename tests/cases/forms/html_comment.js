/* case
{}
*/
const a = 1; <!-- not a comment in strict text
return a;
