/* case
{}
*/
class A { constructor() { this.x = 1; } }
const c = { name: 'cycle' }; c.self = c;
console.log(c, new A(), new Map([[1, 2]]), new Set(['s']), [1, , 3], () => 1, new Date(0), /re/g);
return null;
/* transcript
returned: null
log: { name: 'cycle', self: [Circular] } A { x: 1 } Map(1) { 1 => 2 } Set(1) { 's' } [ 1, <empty>, 3 ] [Function (anonymous)] 1970-01-01T00:00:00.000Z /re/g
*/
