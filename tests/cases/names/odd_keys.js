/* case
{"servers": ["odd"]}
*/
return Object.keys(tools.odd);
