/* case
{}
*/
const rows = Array.from({ length: 100 }, (_, i) => ({ k: i % 3, i }));
rows.sort((a, b) => a.k - b.k);
return rows.every((r, n) => n === 0 || rows[n - 1].k < r.k || rows[n - 1].i < r.i);
/* transcript
returned: true
*/
