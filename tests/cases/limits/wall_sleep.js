/* case
{"limits": {"wall_ms_max": 50}}
*/
await new Promise((r) => setTimeout(r, 60000));
/* transcript
stopped: limit `wall_ms` of 50 reached
*/
