/* case
{}
*/
const a = 1;
throw new Error('at line five, column 7');
