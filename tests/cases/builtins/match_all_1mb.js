/* case
{"limits": {"cpu_ms_max": 5000}}
*/
const text = 'error 42 at 7; '.repeat(70000);
return [text.match(/\d+/g).length, text.replace(/error/g, 'E').length, [...text.slice(0, 1500).matchAll(/at (\d)/g)].length];
/* transcript
returned: [140000,770000,100]
*/
