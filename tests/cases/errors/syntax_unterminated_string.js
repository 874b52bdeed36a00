/* case
{}
*/
const s = 'abc;
return s;
/* transcript
rejected: syntax at 4:11: unterminated string
*/
