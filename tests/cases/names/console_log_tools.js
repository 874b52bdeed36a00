/* case
{}
*/
console.log(tools, tools.kit.add);
return null;
