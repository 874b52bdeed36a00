/* case
{"servers": ["my-server", "kit"]}
*/
return Object.keys(tools);
/* transcript
returned: ["my_server","kit"]
*/
