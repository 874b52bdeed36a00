/* case
{}
*/
console.log('a', 1, { b: [2] });
console.warn('w');
console.error(new Error('e').message);
console.info('%s is %d', 'x', 4);
console.debug(null, undefined, 3n, Symbol('q'));
console.table?.([1]);
return null;
/* transcript
returned: null
log: a 1 { b: [ 2 ] }
warn: w
error: e
info: x is 4
debug: null undefined 3n Symbol(q)
log: [ 1 ]
*/
