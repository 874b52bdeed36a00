/* case
{}
*/
return [tools.kit.add.name, tools.kit.add.length];
