/* case
{}
*/
return [tools.kit.add.name, tools.kit.add.length];
/* transcript
returned: ["add",1]
*/
