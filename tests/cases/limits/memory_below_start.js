/* case
{"about": "a limit below what the engine needs at all is a typed stop", "limits": {"memory_bytes_max": 65536}}
*/
return 1;
/* transcript
stopped: limit `memory_bytes` of 65536 reached
*/
