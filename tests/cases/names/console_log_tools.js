/* case
{}
*/
console.log(tools, tools.kit.add);
return null;
/* transcript
returned: null
log: { kit } [Function: add]
*/
