/* case
{"limits": {"result_bytes_max": 100}}
*/
await tools.kit.big({ bytes: 200 });
/* transcript
stopped: limit `result_bytes` of 100 reached, 202 used
call: 0 kit.big({"bytes":200}) finished, 202 bytes
*/
