/* case
{}
*/
const add = tools.kit?.add;
return typeof add;
