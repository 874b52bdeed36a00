/* case
{"servers": ["kit", "my-server"]}
*/
return [Object.keys(tools), Object.entries(tools).length];
/* transcript
returned: [["kit","my_server"],2]
*/
