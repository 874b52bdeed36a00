// expect: [6667,19998,"name 0"]
const rows = [];
for (let i = 0; i < 20_000; i++) rows.push({ id: i, name: `name ${i}`, tags: ["a", "b"], nested: { score: i * 1.5 } });
const parsed = JSON.parse(JSON.stringify(rows));
const kept = parsed.filter(row => row.id % 3 === 0).sort((a, b) => b.id - a.id);
return [kept.length, kept[0].id, kept.at(-1).name];
