/* case
{"input": [[[[1]]]], "limits": {"json_depth_max": 3}}
*/
return 1;
/* transcript
stopped: limit `json_depth` of 3 reached, 4 used
*/
