/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', author: { name: 'n', age: -1 } }); } catch (e) { return e.message; }
