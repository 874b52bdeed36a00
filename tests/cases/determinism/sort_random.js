/* case
{"twice": true, "seed": 3}
*/
return Array.from({ length: 30 }, (_, i) => i).sort(() => Math.random() - 0.5);
