/* case
{}
*/
const { a, ...rest } = { a: 1, b: 2, c: 3 };
const [x, , y = 5, ...z] = [1, 2, undefined, 4];
return { a, rest, x, y, z, s: { ...rest, d: 4 }, m: Math.max(...[1, 9, 3]) };
