/* case
{"limits": {"json_depth_max": 3}}
*/
await tools.kit.deep({ levels: 5 });
/* transcript
stopped: limit `json_depth` of 3 reached, 4 used
call: 0 kit.deep({"levels":5}) finished, 11 bytes
*/
