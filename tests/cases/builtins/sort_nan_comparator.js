/* case
{}
*/
return [3, 1, 2].sort(() => NaN);
/* transcript
returned: [3,1,2]
*/
