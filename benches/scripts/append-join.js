// expect: 1000000
const parts = [];
for (let i = 0; i < 20_000; i++) parts.push("fifty characters, a short line of a log or a table\n".slice(0, 50));
return parts.join("").length;
