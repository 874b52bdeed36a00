/* case
{}
*/
const a = Array.from({ length: 100 }, (_, i) => i);
return new Set(a.toSorted(() => Math.random() - 0.5)).size;
/* transcript
returned: 100
*/
