/* case
{"limits": {"result_bytes_max": 100}}
*/
return (await tools.kit.big({ bytes: 98 })).length;
/* transcript
returned: 98
call: 0 kit.big({"bytes":98}) finished, 100 bytes
*/
