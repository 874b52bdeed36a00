/* case
{}
*/
throw 42;
/* transcript
threw: 42
at: 4:1 in top level
*/
