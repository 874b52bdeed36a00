/* case
{"about": "the last of two equal keys wins, as in JSON.parse"}
*/
return await tools.kit.raw_text({ text: '{"a":1,"a":2}' });
/* transcript
returned: {"a":2}
call: 0 kit.raw_text({"text":"{\"a\":1,\"a\":2}"}) finished, 7 bytes
*/
