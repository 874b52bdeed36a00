/* case
{"twice": true, "seed": 7}
*/
return [Math.random(), Math.random(), Math.random()];
