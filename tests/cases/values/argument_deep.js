/* case
{}
*/
let v = 1;
for (let i = 0; i < 1000; i++) v = { v };
try { await tools.kit.echo({ value: v }); } catch (e) { return [e.code, e.message.slice(0, 80)]; }
