/* case
{}
*/
const add = tools.kit?.add;
return typeof add;
/* transcript
returned: "function"
*/
