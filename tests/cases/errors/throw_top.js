/* case
{}
*/
const a = 1;
throw new Error('at line five, column 7');
/* transcript
threw: Error: at line five, column 7
at: 5:7 in top level
*/
