/* case
{"limits": {"cpu_ms_max": 100}}
*/
await tools.kit.slow({ ms: 150 });
return 'waiting is free';
