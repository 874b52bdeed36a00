/* case
{}
*/
const s = 'a b';
throw new Error('after U+2028');
