// expect: [100,4950]
const settled = await Promise.all(Array.from({ length: 100 }, (_, i) => tools.kit.echo({ i, text: `call ${i}` })));
return [settled.length, settled.reduce((sum, { i }) => sum + i, 0)];
