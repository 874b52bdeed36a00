/* case
{}
*/
const a = Array.from({ length: 30 }, (_, i) => 30 - i);
a.sort((x, y) => { a.length = 5; return x - y; });
return a.length;
/* transcript
returned: 30
*/
