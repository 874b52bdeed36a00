/* case
{}
*/
return Object.keys(tools.kit).sort();
/* transcript
returned: ["add","big","blocks","count","create_issue","deep","echo","fail","flaky","gate","image","json_text","never","nothing","page","raw_text","slow","wrapped","wrong"]
*/
