// expect: [2001,"line 1999"]
const text = Array.from({ length: 2000 }, (_, i) => `line ${i}\n`).join("");
const lines = text.split("\n");
return [lines.length, lines[1999]];
