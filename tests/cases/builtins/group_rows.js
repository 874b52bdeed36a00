/* case
{"limits": {"cpu_ms_max": 5000}}
*/
const rows = Array.from({ length: 20000 }, (_, i) => ({ id: i, team: 't' + (i % 7), ms: (i * 31) % 997 }));
const by = {};
for (const r of rows) (by[r.team] ??= []).push(r.ms);
return Object.fromEntries(Object.entries(by).map(([k, v]) => [k, [v.length, Math.max(...v)]]));
/* transcript
returned: {"t0":[2858,996],"t1":[2857,996],"t2":[2857,996],"t3":[2857,996],"t4":[2857,996],"t5":[2857,996],"t6":[2857,996]}
*/
