/* case
{}
*/
try { await tools.kit.echo({ value: NaN }); } catch (e) { return [e.code, e.message]; }
