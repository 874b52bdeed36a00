/* case
{"about": "the author may shadow `tools`"}
*/
const tools = { kit: { add: () => 'shadowed' } };
return tools.kit.add();
/* transcript
returned: "shadowed"
*/
