/* case
{"limits": {"cpu_ms_max": 5000}}
*/
const parts = [];
for (let i = 0; i < 50000; i++) parts.push('row ' + i);
return parts.join('\n').length;
/* transcript
returned: 488889
*/
