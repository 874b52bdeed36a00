// expect: 1000000
let text = "";
for (let i = 0; i < 20_000; i++) text += "fifty characters, a short line of a log or a table\n".slice(0, 50);
return text.length;
