/* case
{}
*/
const log = [];
await Promise.all([40, 1, 20].map(async (ms) => {
  await tools.kit.slow({ ms });
  log.push(ms);
}));
return log;
/* transcript
returned: [1,20,40]
call: 0 kit.slow({"ms":40}) finished, 4 bytes
call: 1 kit.slow({"ms":1}) finished, 4 bytes
call: 2 kit.slow({"ms":20}) finished, 4 bytes
*/
