/* case
{}
*/
const log = [];
for (let i = 0; i < 5; i++) setTimeout(() => log.push(i), 0);
await new Promise((r) => setTimeout(r, 5));
return log;
/* transcript
returned: [0,1,2,3,4]
*/
