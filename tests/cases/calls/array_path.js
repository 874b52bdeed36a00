/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', labels: ['a', 2] }); } catch (e) { return e.message; }
