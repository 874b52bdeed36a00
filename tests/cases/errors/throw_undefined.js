/* case
{}
*/
throw undefined;
/* transcript
threw: undefined
at: 4:1 in top level
*/
