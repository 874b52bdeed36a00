/* case
{"limits": {"memory_bytes_max": 20971520, "cpu_ms_max": 20000}}
*/
try { const a = []; while (true) a.push(new Array(1000).fill(1)); } catch (e) { return 'caught'; }
/* transcript
stopped: limit `memory_bytes` of 20971520 reached
*/
