/* case
{}
*/
throw () => 1;
/* transcript
threw: [Function (anonymous)]
at: 4:1 in top level
*/
