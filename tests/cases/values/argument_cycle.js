/* case
{}
*/
const a = {};
a.a = a;
try { await tools.kit.echo({ value: a }); } catch (e) { return [e.code, e.message]; }
