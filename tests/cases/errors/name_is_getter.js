/* case
{}
*/
const e = new Error('x');
Object.defineProperty(e, 'name', { get() { throw 1; } });
throw e;
/* transcript
threw: Error: x
at: 4:11 in top level
*/
