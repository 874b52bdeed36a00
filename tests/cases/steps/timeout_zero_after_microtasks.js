/* case
{}
*/
const log = [];
setTimeout(() => log.push('timer'), 0);
Promise.resolve().then(() => log.push('microtask'));
log.push('sync');
await new Promise((r) => setTimeout(r, 5));
return log;
/* transcript
returned: ["sync","microtask","timer"]
*/
