/* case
{}
*/
const f = () => { throw 7; };
f();
