/* case
{"limits": {"source_bytes_max": 20}}
*/
return 'this source is longer than twenty bytes';
/* transcript
stopped: limit `source_bytes` of 20 reached, 53 used
*/
