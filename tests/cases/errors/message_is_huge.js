/* case
{}
*/
throw new Error('m'.repeat(100));
/* transcript
threw: Error: mmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmmm
at: 4:7 in top level
*/
