/* case
{"limits": {"wall_ms_max": 50}}
*/
await new Promise((r) => setTimeout(r, 60000));
