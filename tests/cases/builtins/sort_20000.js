/* case
{}
*/
const a = Array.from({ length: 20000 }, (_, i) => (i * 7919) % 20011);
a.sort((x, y) => x - y);
return [a[0], a[19999]];
/* transcript
returned: [0,20010]
*/
