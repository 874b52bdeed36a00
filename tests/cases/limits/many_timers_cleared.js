/* case
{"about": "clearing timers that were set in an earlier step costs the host little"}
*/
const count = 100_000;
const first = setTimeout(() => {}, 1e6);
for (let i = 1; i < count; i++) setTimeout(() => {}, 1e6);
await new Promise(resolve => setTimeout(resolve, 1));
for (let id = first + count - 1; id >= first; id--) clearTimeout(id);
return 'cleared';
/* transcript
returned: "cleared"
*/
