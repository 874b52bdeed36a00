/* case
{}
*/
return /x/g;
/* transcript
returned: "/x/g"
*/
