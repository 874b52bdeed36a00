/* case
{"twice": true}
*/
const m = new Map();
const s = new Set();
for (let i = 0; i < 50; i++) { m.set('k' + (i * 7) % 50, i); s.add({}.toString() + i); }
return [[...m.keys()].slice(0, 5), s.size, Object.keys(Object.fromEntries(m)).slice(-3)];
/* transcript
returned: [["k0","k7","k14","k21","k28"],50,["k29","k36","k43"]]
*/
