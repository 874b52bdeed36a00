/* case
{"twice": true}
*/
const log = [];
await Promise.all([1, 2, 3, 4].map(async (i) => {
  for (let k = 0; k < 3; k++) { await tools.kit.echo({ value: i }); log.push(i * 10 + k); }
}));
return log;
