/* case
{}
*/
const add = (a: number, b: number): number => a + b;
return add(1, 2);
/* transcript
returned: 3
*/
