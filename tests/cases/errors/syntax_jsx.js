/* case
{}
*/
return <div>hi</div>;
/* transcript
rejected: syntax at 4:16: unterminated regular expression
rejected: syntax at 4:16: unexpected token
*/
