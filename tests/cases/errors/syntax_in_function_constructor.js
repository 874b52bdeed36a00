/* case
{}
*/
return new Function('return 1 +')();
/* transcript
threw: SyntaxError: unexpected token in expression: '}'
at: 4:8 in top level
*/
/* transcript boa
threw: SyntaxError: failed to parse function body: abrupt end
at: 4:8 in top level
*/
