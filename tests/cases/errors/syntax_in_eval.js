/* case
{}
*/
return eval('1 +');
/* transcript
threw: SyntaxError: unexpected token in expression: ''
at: 4:8 in top level
*/
/* transcript boa
threw: SyntaxError: abrupt end
at: 4:8 in top level
*/
