/* case
{"about": "a template tag that is no function"}
*/
const t = 5;
return [
  t`abc`];
/* transcript
threw: TypeError: not a function
at: 6:3 in top level
*/
/* transcript boa
threw: TypeError: not a callable function
at: 6:4 in top level
*/
