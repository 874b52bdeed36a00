/* case
{}
*/
const t = await tools;
return typeof t.kit.add;
/* transcript
returned: "function"
*/
