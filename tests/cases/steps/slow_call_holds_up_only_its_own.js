/* case
{}
*/
const slow = tools.kit.slow({ ms: 60, value: 'slow' });
const fast = [];
for (let i = 0; i < 3; i++) fast.push(await tools.kit.echo({ value: i }));
return [fast, await slow];
