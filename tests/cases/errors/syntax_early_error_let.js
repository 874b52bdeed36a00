/* case
{}
*/
let let = 1;
/* transcript
rejected: syntax at 4:5: the keyword 'let' is reserved
*/
