/* case
{"servers": []}
*/
return Object.keys(tools);
/* transcript
returned: []
*/
