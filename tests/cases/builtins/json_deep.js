/* case
{"about": "depth is an error or a value, never a crash"}
*/
const deep = '['.repeat(50000) + ']'.repeat(50000);
try { JSON.parse(deep); return 'parsed'; } catch (e) { return e.name; }
/* transcript
returned: "parsed"
*/
