/* case
{}
*/
const a = 1;
throw 'plain ' + a;
/* transcript
threw: plain 1
at: 5:1 in top level
*/
