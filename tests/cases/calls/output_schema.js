/* case
{}
*/
try { await tools.kit.wrong({}); } catch (e) { return [e.code, e.message]; }
/* transcript
returned: ["invalid_result","the result does not fit the output schema: `$.id`: \"seven\" is not of type \"integer\"; `$.when`: 7 is not of type \"string\""]
call: 0 kit.wrong({}) failed, invalid_result: the result does not fit the output schema: `$.id`: "seven" is not of type "integer"; `$.when`: 7 is not of type "string"
*/
