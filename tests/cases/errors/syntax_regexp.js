/* case
{}
*/
const r = /(/;
return r;
/* transcript
rejected: unsupported at 4:11: Invalid regular expression literal: Unbalanced parenthesis
*/
