/* case
{"servers": ["my-server", "kit"]}
*/
return Object.keys(tools);
