/* case
{}
*/
throw null;
/* transcript
threw: null
at: 4:1 in top level
*/
