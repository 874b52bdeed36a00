/* case
{}
*/
const o = { a: 1 };
o.a();
