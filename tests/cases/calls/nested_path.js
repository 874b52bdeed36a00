/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', author: { name: 'n', age: -1 } }); } catch (e) { return e.message; }
/* transcript
returned: "the arguments do not fit the input schema: `$.author.age`: -1 is less than the minimum of 0"
call: 0 kit.create_issue({"title":"t","author":{"name":"n","age":-1}}) failed, invalid_arguments: the arguments do not fit the input schema: `$.author.age`: -1 is less than the minimum of 0
*/
