/* case
{}
*/
return new RegExp('(');
/* transcript
threw: SyntaxError: expecting ')'
at: 4:8 in top level
*/
/* transcript boa
threw: SyntaxError: failed to create matcher: Unbalanced parenthesis
at: 4:8 in top level
*/
