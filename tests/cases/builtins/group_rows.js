/* case
{"limits": {"cpu_ms_max": 5000}}
*/
const rows = Array.from({ length: 20000 }, (_, i) => ({ id: i, team: 't' + (i % 7), ms: (i * 31) % 997 }));
const by = {};
for (const r of rows) (by[r.team] ??= []).push(r.ms);
return Object.fromEntries(Object.entries(by).map(([k, v]) => [k, [v.length, Math.max(...v)]]));
