/* case
{"about": "a body without a value returns null"}
*/
const r = 1;
let s = r + 1;
/* transcript
returned: null
note: the script returned nothing; end it with `return value`
*/
