/* case
{}
*/
class A { constructor() { this.x = 1; } }
const c = { name: 'cycle' }; c.self = c;
console.log(c, new A(), new Map([[1, 2]]), new Set(['s']), [1, , 3], () => 1, new Date(0), /re/g);
return null;
