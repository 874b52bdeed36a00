/* case
{}
*/
return new Set([1, 2]);
/* transcript
returned: [1,2]
*/
