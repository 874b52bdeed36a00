/* case
{}
*/
return tools.kit.add;
