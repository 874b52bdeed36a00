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
