/* case
{"limits": {"log_bytes_max": 51}, "usage": ["log_bytes"]}
*/
console.log('x'.repeat(50));
return 'fits';
/* transcript
returned: "fits"
log: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
usage: log_bytes 51
*/
