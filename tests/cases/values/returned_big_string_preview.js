/* case
{"about": "10 MB come back as a preview", "usage": ["returned_bytes"]}
*/
return 'x'.repeat(10 * 1024 * 1024);
/* transcript
stopped: limit `memory_bytes` of 67108864 reached
usage: returned_bytes 0
*/
