/* case
{}
*/
const s = 'a b';
throw new Error('after U+2028');
/* transcript
threw: Error: after U+2028
at: 6:7 in top level
*/
