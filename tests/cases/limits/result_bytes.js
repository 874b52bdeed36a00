/* case
{"limits": {"result_bytes_max": 100}}
*/
await tools.kit.big({ bytes: 200 });
