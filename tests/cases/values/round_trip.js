/* case
{}
*/
const value = { s: 'ü\u2028\n"', n: [0, -1, 1.5, 1e21], b: [true, false, null], o: { '': {}, 'a b': [] } };
const back = await tools.kit.echo({ value });
return JSON.stringify(back) === JSON.stringify(value);
