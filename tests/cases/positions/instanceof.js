/* case
{"about": "`instanceof` a number"}
*/
const x = {};
return !(x instanceof 5);
/* transcript
threw: TypeError: right-hand side of 'instanceof' should be an object, got `number`
at: 5:10 in top level
*/
