/* case
{"about": "no name of the wrapper takes one from the author"}
*/
const thrown = 5;
function callbox() { return thrown; }
return callbox();
/* transcript
returned: 5
*/
