/* case
{"about": "the same object twice is no cycle"}
*/
const s = { n: 1 };
return [s, s];
/* transcript
returned: [{"n":1},{"n":1}]
*/
