/* case
{}
*/
const o = { get x() { throw new Error('ran'); } };
console.log(o);
return 'not run';
