/* case
{"about": "`instanceof` a number"}
*/
const x = {};
return !(x instanceof 5);
/* transcript
threw: TypeError: invalid 'instanceof' right operand
at: 5:10 in top level
*/
/* transcript boa
threw: TypeError: right-hand side of 'instanceof' should be an object, got `number`
at: 5:10 in top level
*/
