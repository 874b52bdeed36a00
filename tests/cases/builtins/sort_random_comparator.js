/* case
{"about": "an inconsistent comparator shuffles and never ends the run"}
*/
const a = Array.from({ length: 50 }, (_, i) => i);
a.sort(() => Math.random() - 0.5);
return [a.length, new Set(a).size];
/* transcript
returned: [50,50]
*/
