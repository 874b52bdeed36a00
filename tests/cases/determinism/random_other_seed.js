/* case
{"twice": true, "seed": 8}
*/
return Math.random();
/* transcript
returned: 0.39192266270825726
*/
