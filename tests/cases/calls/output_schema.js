/* case
{}
*/
try { await tools.kit.wrong({}); } catch (e) { return [e.code, e.message]; }
