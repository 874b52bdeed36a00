/* case
{"about": "a given clock is stopped", "twice": true}
*/
const t = Date.now();
for (let i = 0; i < 1e5; i++);
await tools.kit.slow({ ms: 5 });
return Date.now() - t;
/* transcript
returned: 0
call: 0 kit.slow({"ms":5}) finished, 4 bytes
*/
