/* case
{}
*/
return { b: 1, 2: 'two', a: 2, 1: 'one' };
