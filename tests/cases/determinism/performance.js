/* case
{}
*/
return typeof performance;
/* transcript
returned: "undefined"
*/
