/* case
{}
*/
const log = [];
const at = (ms, name) => new Promise((r) => setTimeout(() => { log.push(name); r(); }, ms));
await Promise.all([at(40, 'c'), at(1, 'a'), at(20, 'b')]);
return log;
/* transcript
returned: ["a","b","c"]
*/
