/* case
{}
*/
try { await tools.kit.create_issue({ title: '', priority: 1, labels: [1, 2, 3, 4], x: 1 }); } catch (e) { return e.message; }
