/* case
{}
*/
let a, b;
a = new Promise((r) => { setTimeout(() => b.then(r), 1); });
b = a.then(() => 1);
await b;
/* transcript
threw: Error: the script awaits a promise that nothing will settle: no tool call and no timer is pending [deadlock]
hint: Resolve each promise that is awaited, or await a tool call.
*/
