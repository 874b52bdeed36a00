/* case
{}
*/
const r = /(/;
return r;
