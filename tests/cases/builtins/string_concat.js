/* case
{}
*/
let s = '';
for (let i = 0; i < 5000; i++) s += 'row ' + i + '\n';
return s.length;
/* transcript
returned: 43890
*/
