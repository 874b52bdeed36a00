/* case
{"about": "a body without a value returns null"}
*/
const r = 1;
let s = r + 1;
