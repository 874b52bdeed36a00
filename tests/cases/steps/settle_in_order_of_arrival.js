/* case
{}
*/
const log = [];
await Promise.all([40, 1, 20].map(async (ms) => {
  await tools.kit.slow({ ms });
  log.push(ms);
}));
return log;
