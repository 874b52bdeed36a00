/* case
{"limits": {"json_depth_max": 3}}
*/
return [[[1]]];
/* transcript
returned: [[[1]]]
*/
