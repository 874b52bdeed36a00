/* case
{"about": "TypeScript is accepted everywhere"}
*/
const a: number = 1;
return a;
/* transcript
returned: 1
*/
