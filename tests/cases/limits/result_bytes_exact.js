/* case
{"limits": {"result_bytes_max": 100}}
*/
return (await tools.kit.big({ bytes: 98 })).length;
