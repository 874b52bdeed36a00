/* case
{}
*/
return Object.keys(console).sort();
/* transcript
returned: []
*/
