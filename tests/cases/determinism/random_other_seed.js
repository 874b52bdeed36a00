/* case
{"twice": true, "seed": 8}
*/
return Math.random();
