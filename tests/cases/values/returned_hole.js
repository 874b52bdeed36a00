/* case
{}
*/
return [1, , 3];
/* transcript
returned: [1,null,3]
*/
