/* case
{"twice": true, "seed": 7}
*/
return [Math.random(), Math.random(), Math.random()];
/* transcript
returned: [0.05536043647833311,0.17211585444811772,0.7175761283586594]
*/
