/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', labels: ['a', 2] }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$.labels[1]`: 2 is not of type \"string\""
call: 0 kit.create_issue({"title":"t","labels":["a",2]}) failed, invalid_arguments: the arguments do not fit the input schema: `$.labels[1]`: 2 is not of type "string"
*/
