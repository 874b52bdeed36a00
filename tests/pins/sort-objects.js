// expect: [1999,0]
const rows = Array.from({ length: 2000 }, (_, i) => ({ id: (i * 7919) % 2000, name: `name ${i}` }));
rows.sort((a, b) => b.id - a.id || a.name.localeCompare(b.name));
return [rows[0].id, rows.at(-1).id];
