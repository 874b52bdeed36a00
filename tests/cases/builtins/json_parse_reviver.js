/* case
{}
*/
return JSON.parse('{"a":[1,2],"b":"2026-01-01"}', (k, v) => (typeof v === 'number' ? v * 2 : v));
