/* case
{}
*/
const seen = [];
const p = new Proxy({}, { get: (t, k) => { seen.push(String(k)); return 1; } });
p.x + p.y;
return [seen, Reflect.ownKeys({ a: 1, [Symbol.iterator]: 2 }).length];
/* transcript
returned: [["x","y"],2]
*/
