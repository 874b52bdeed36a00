/* case
{}
*/
try { await tools.kit.echo({ value: () => 1 }); } catch (e) { return [e.code, e.message]; }
