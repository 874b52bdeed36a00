/* case
{}
*/
const o = { get x() { throw new Error('ran'); } };
console.log(o);
return 'not run';
/* transcript
returned: "not run"
log: { x: [Getter] }
*/
