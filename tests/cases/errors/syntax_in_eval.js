/* case
{}
*/
return eval('1 +');
/* transcript
threw: SyntaxError: abrupt end
at: 4:8 in top level
*/
