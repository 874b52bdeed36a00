/* case
{}
*/
return JSON.parse('{"a":[1,2],"b":"2026-01-01"}', (k, v) => (typeof v === 'number' ? v * 2 : v));
/* transcript
returned: {"a":[2,4],"b":"2026-01-01"}
*/
