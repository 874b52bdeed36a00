/* case
{}
*/
try { await tools.kit.echo({ value: { deep: [1n] } }); } catch (e) { return [e.code, e.message]; }
