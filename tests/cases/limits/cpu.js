/* case
{"limits": {"cpu_ms_max": 50}}
*/
while (true) {}
