/* case
{}
*/
try { await tools.kit.create_issue({ title: 't', priority: 'urgent' }); } catch (e) { return e.message; }
