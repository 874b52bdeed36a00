/* case
{}
*/
const a = 1;
return a + missing;
/* transcript
threw: ReferenceError: missing is not defined
at: 5:12 in top level
*/
