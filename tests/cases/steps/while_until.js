/* case
{}
*/
let n = 0;
do { n = await tools.kit.add({ a: n, b: 3 }); } while (n < 10);
return n;
