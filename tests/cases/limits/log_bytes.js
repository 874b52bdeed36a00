/* case
{"limits": {"log_bytes_max": 50}}
*/
for (let i = 0; ; i++) console.log('line ' + i);
/* transcript
stopped: limit `log_bytes` of 50 reached, 56 used
log: line 0
log: line 1
log: line 2
log: line 3
log: line 4
log: line 5
log: line 6
*/
