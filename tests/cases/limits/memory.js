/* case
{"limits": {"memory_bytes_max": 20971520, "cpu_ms_max": 20000}}
*/
const keep = [];
while (true) keep.push('x'.repeat(1000) + keep.length);
/* transcript
stopped: limit `memory_bytes` of 20971520 reached
*/
