/* case
{"engine": "boa"}
*/
// 2 GiB of UTF-16: more than the engine can ask for.
return '漢'.repeat(2 ** 30).length;
/* transcript
stopped: limit `memory_bytes` of 67108864 reached
*/
