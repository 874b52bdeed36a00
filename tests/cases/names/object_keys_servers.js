/* case
{"servers": ["kit", "my-server"]}
*/
return [Object.keys(tools), Object.entries(tools).length];
