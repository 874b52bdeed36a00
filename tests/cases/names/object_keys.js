/* case
{}
*/
return Object.keys(tools.kit).sort();
