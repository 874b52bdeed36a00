// expect: [2000,"name 1999"]
const rows = Array.from({ length: 2000 }, (_, i) => ({ id: i, name: `name ${i}`, tags: ["a", "b"], score: i / 3 }));
const parsed = JSON.parse(JSON.stringify(rows));
return [parsed.length, parsed.at(-1).name];
