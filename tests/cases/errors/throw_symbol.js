/* case
{}
*/
throw Symbol('s');
/* transcript
threw: Symbol(s)
at: 4:1 in top level
*/
