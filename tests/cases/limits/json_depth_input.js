/* case
{"input": [[[[1]]]], "limits": {"json_depth_max": 3}}
*/
return 1;
