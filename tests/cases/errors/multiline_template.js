/* case
{}
*/
const s = `


`;
throw new Error('after ' + s.length);
