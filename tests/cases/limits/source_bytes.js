/* case
{"limits": {"source_bytes_max": 20}}
*/
return 'this source is longer than twenty bytes';
