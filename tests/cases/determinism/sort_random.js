/* case
{"twice": true, "seed": 3}
*/
return Array.from({ length: 30 }, (_, i) => i).sort(() => Math.random() - 0.5);
/* transcript
returned: [2,3,0,5,1,6,4,7,8,9,13,10,11,12,14,15,24,25,28,26,18,27,29,19,16,17,21,22,23,20]
*/
