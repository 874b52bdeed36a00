/* case
{}
*/
const f = (n) => [n].map(f);
return f(0);
