/* case
{}
*/
const out = [await tools.kit.echo({ value: new Date(0) })];
try { out.push(await tools.kit.echo({ value: new Map([[1, 2]]) })); } catch (e) { out.push(e.message); }
return out;
