/* case
{}
*/
const log = [];
async function a() { log.push('a1'); await null; log.push('a2'); }
async function b() { log.push('b1'); await null; log.push('b2'); }
await Promise.all([a(), b()]);
return log;
/* transcript
returned: ["a1","b1","a2","b2"]
*/
