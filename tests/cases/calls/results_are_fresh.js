/* case
{}
*/
const a = await tools.kit.echo({ value: { n: 1 } });
a.n = 2;
const b = await tools.kit.echo({ value: { n: 1 } });
return [a, b];
