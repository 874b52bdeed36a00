/* case
{"limits": {"cpu_ms_max": 5000}}
*/
const line = 'a,b,c,d,e,f,g,h,i\n';
const text = line.repeat(Math.ceil(1048576 / line.length));
const lines = text.split('\n');
let cells = 0;
for (const l of lines) cells += l.split(',').length;
return [lines.length, cells];
/* transcript
returned: [58256,524296]
*/
