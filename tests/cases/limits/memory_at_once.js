/* case
{"limits": {"memory_bytes_max": 20971520}}
*/
return 'x'.repeat(2 ** 29).length;
/* transcript
stopped: limit `memory_bytes` of 20971520 reached
*/
