/* case
{"limits": {"cpu_ms_max": 50}}
*/
while (true) {}
/* transcript
stopped: limit `cpu_ms` of 50 reached
*/
