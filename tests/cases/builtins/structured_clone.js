/* case
{}
*/
return typeof structuredClone;
/* transcript
returned: "undefined"
*/
