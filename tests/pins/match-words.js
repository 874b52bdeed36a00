// expect: [2000,"word1999"]
const text = Array.from({ length: 2000 }, (_, i) => `word${i};`).join(" ");
const found = [...text.matchAll(/(\w+);/g)].map(match => match[1]);
return [found.length, found.at(-1)];
