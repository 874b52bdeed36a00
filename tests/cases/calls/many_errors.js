/* case
{}
*/
try { await tools.kit.create_issue({ title: '', priority: 1, labels: [1, 2, 3, 4], x: 1 }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$.title`: \"\" is shorter than 1 character; `$.priority`: 1 is not one of \"low\" or \"high\"; `$.labels`: [1,2,3,4] has more than 3 items; and 5 more"
call: 0 kit.create_issue({"title":"","priority":1,"labels":[1,2,3,4],"x":1}) failed, invalid_arguments: the arguments do not fit the input schema: `$.title`: "" is shorter than 1 character; `$.priority`: 1 is not one of "low" or "high"; `$.labels`: [1,2,3,4] has more than 3 items; and 5 more
*/
