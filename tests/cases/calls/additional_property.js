/* case
{}
*/
try { await tools.kit.add({ a: 1, b: 2, c: 3 }); } catch (e) { return e.message; }
