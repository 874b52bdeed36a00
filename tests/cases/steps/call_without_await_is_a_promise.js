/* case
{}
*/
const p = tools.kit.echo({ value: 1 });
const kind = [p instanceof Promise, typeof p.then];
await p;
return kind;
