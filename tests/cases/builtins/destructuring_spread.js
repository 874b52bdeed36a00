/* case
{}
*/
const { a, ...rest } = { a: 1, b: 2, c: 3 };
const [x, , y = 5, ...z] = [1, 2, undefined, 4];
return { a, rest, x, y, z, s: { ...rest, d: 4 }, m: Math.max(...[1, 9, 3]) };
/* transcript
returned: {"a":1,"rest":{"b":2,"c":3},"x":1,"y":5,"z":[4],"s":{"b":2,"c":3,"d":4},"m":9}
*/
