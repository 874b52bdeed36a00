/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', priority: 'urgent' }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$.priority`: \"urgent\" is not one of \"low\" or \"high\""
call: 0 kit.create_issue({"title":"t","priority":"urgent"}) failed, invalid_arguments: the arguments do not fit the input schema: `$.priority`: "urgent" is not one of "low" or "high"
*/
