/* case
{}
*/
const a = [1];
a.extra = 2;
return a;
/* transcript
returned: [1]
*/
