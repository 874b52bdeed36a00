/* case
{"about": "the host saw no call"}
*/
try { await tools.kit.add({ a: 'x', b: 1 }); } catch {}
return await tools.kit.count({});
