/* case
{}
*/
export default { a: 1 };
