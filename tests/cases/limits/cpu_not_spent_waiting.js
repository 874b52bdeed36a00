/* case
{"limits": {"cpu_ms_max": 100}}
*/
await tools.kit.slow({ ms: 150 });
return 'waiting is free';
/* transcript
returned: "waiting is free"
call: 0 kit.slow({"ms":150}) finished, 4 bytes
*/
