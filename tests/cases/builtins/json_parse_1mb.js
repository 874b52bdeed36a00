/* case
{"limits": {"cpu_ms_max": 5000, "memory_bytes_max": 134217728}}
*/
const text = JSON.stringify(Array.from({ length: 12000 }, (_, i) => ({ id: i, name: 'item ' + i, tags: ['a', 'b'], ok: i % 2 === 0, v: i / 3 })));
const back = JSON.parse(text);
return [back.length, JSON.stringify(back) === text];
/* transcript
returned: [12000,true]
*/
