/* case
{}
*/
return typeof Promise.withResolvers;
/* transcript
returned: "function"
*/
