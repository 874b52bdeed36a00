/* case
{"servers": ["my-server"]}
*/
return await tools['my-server']['list-items']({});
/* transcript
returned: "called \"list-items\""
call: 0 my-server.list-items({}) finished, 23 bytes
*/
