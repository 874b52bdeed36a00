/* case
{}
*/
const s = 'abc;
return s;
