/* case
{}
*/
const f = () => { throw 7; };
f();
/* transcript
threw: 7
at: 4:19 in top level
*/
