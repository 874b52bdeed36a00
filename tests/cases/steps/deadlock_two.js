/* case
{}
*/
let a, b;
a = new Promise((r) => { setTimeout(() => b.then(r), 1); });
b = a.then(() => 1);
await b;
