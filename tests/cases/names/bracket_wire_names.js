/* case
{"servers": ["my-server"]}
*/
return await tools['my-server']['list-items']({});
