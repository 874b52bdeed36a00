/* case
{"limits": {"log_bytes_max": 50}}
*/
for (let i = 0; ; i++) console.log('line ' + i);
