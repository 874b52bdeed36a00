/* case
{}
*/
export default { a: 1 };
/* transcript
returned: {"a":1}
*/
