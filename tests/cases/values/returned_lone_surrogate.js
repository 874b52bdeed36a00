/* case
{"about": "a lone surrogate has no form in JSON text"}
*/
return ['\ud800', '\udc00x', '\ud83d\ude00'];
/* transcript
returned: ["�","�x","😀"]
*/
