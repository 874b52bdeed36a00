/* case
{"about": "`in` a text"}
*/
const key = "a";
if (key in "b") return 1;
/* transcript
threw: TypeError: invalid 'in' operand
at: 5:5 in top level
*/
/* transcript boa
threw: TypeError: right-hand side of 'in' should be an object, got `string`
at: 5:5 in top level
*/
