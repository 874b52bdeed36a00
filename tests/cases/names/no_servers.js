/* case
{"servers": []}
*/
return Object.keys(tools);
