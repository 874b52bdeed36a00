/* case
{}
*/
const log = [];
await Promise.all([300, 1, 150].map(async (ms) => {
  await tools.kit.slow({ ms });
  log.push(ms);
}));
return log;
/* transcript
returned: [1,150,300]
call: 0 kit.slow({"ms":300}) finished, 4 bytes
call: 1 kit.slow({"ms":1}) finished, 4 bytes
call: 2 kit.slow({"ms":150}) finished, 4 bytes
*/
