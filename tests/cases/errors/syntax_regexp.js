/* case
{}
*/
const r = /(/;
return r;
/* transcript
rejected: syntax at 4:11: expecting ')'
*/
/* transcript boa
rejected: syntax at 4:11: Invalid regular expression literal: Unbalanced parenthesis
*/
