/* case
{}
*/
return [1, undefined, 3];
/* transcript
returned: [1,null,3]
*/
