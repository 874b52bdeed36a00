/* case
{}
*/
const a = 1;
({ a, b: [a] })
/* transcript
returned: {"a":1,"b":[1]}
*/
